package dev.plinth.bench;

import java.util.List;

/** A server of a model, as far as the benchmark needs it. */
interface Side extends AutoCloseable {
    String name();

    /**
     * Sends all prompts at once and generates exactly {@code tokens} tokens for each.
     *
     * @return when each request's tokens came, in the order of the prompts
     */
    List<Times> run(List<String> prompts, int tokens) throws Exception;

    @Override
    void close() throws Exception;

    /** Moments on the clock of {@link System#nanoTime}. */
    record Times(long sent, List<Long> tokens) {
        double secondsToFirst() {
            return (tokens.getFirst() - sent) / 1e9;
        }
    }
}
