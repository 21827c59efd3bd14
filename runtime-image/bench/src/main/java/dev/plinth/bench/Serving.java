package dev.plinth.bench;

import dev.plinth.bench.Figures.Better;
import dev.plinth.engine.Precision;
import dev.plinth.engine.generation.Sampling;
import dev.plinth.engine.scheduling.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Requests that come while others run. One thread. */
final class Serving {
    private static final int BATCH = 8;
    private static final int BATCHES = 5;
    private static final int ANSWER = 48;
    private static final int ARRIVALS = 120;
    /** Long enough to go on after a prompt of 4,000 tokens that is read beside it. */
    private static final int LONG_ANSWER = 1200;

    private static final Duration UNDISTURBED = Duration.ofSeconds(5);

    private final Path model;
    private final EngineBench.Text text;
    private final Figures figures;

    Serving(Path model, EngineBench.Text text, Figures figures) {
        this.model = model;
        this.text = text;
        this.figures = figures;
    }

    void measure() throws Exception {
        try (PlinthSide side = new PlinthSide(model, Precision.INT8, 1, 16, 4400)) {
            side.run(List.of("warm up"), 4);
            prefixCache(side);
            chunkedPrefill(side);
            continuousBatching(side);
        }
        prefixesInAFile();
    }

    private void prefixCache(PlinthSide side) throws Exception {
        String shared = text.prompts(1, 2048, 100_000).getFirst();
        double miss = side.run(List.of(shared + " To be"), 1).getFirst().secondsToFirst();
        double hit = Double.MAX_VALUE;
        for (String end : List.of(" or not", " that is", " the question")) {
            hit = Math.min(hit, side.run(List.of(shared + end), 1).getFirst().secondsToFirst());
        }
        figures.note("time to first token, 2k prefix computed", miss, "s", Better.LOWER, "");
        figures.note("time to first token, 2k prefix found", hit, "s", Better.LOWER, "");
        figures.add("found / computed", hit / miss, "ratio", 0.1, Better.LOWER, "");
    }

    /** Three prompts of 2k in turn, and a pool with room for two. */
    private void prefixesInAFile() throws Exception {
        Limits limits = Limits.of(1, 4).withoutSpeculation();
        List<String> prompts = text.prompts(3, 2048, 100_000);
        try (PlinthSide side = new PlinthSide(model, Precision.INT8, 1, 2200, limits, Sampling.greedy(), 1L << 30);
                PlinthSide without = new PlinthSide(model, Precision.INT8, 1, 2200, limits, Sampling.greedy(), 0)) {
            side.run(List.of("warm up"), 4);
            without.run(List.of("warm up"), 4);
            double computed = Double.MAX_VALUE;
            double computedAndKept = Double.MAX_VALUE;
            double fetched = Double.MAX_VALUE;
            for (int round = 0; round < 3; round++) {
                for (String prompt : prompts) {
                    computed = Math.min(
                            computed, without.run(List.of(prompt), 1).getFirst().secondsToFirst());
                    double seconds = side.run(List.of(prompt), 1).getFirst().secondsToFirst();
                    if (round == 0) {
                        computedAndKept = Math.min(computedAndKept, seconds);
                    } else {
                        fetched = Math.min(fetched, seconds);
                    }
                }
            }
            figures.note("time to first token, 2k prefix the pool has no room for", computed, "s", Better.LOWER, "");
            figures.note("the same, first time, while others are kept", computedAndKept, "s", Better.LOWER, "");
            figures.note("the same, fetched back from a file", fetched, "s", Better.LOWER, "");
            figures.note("prompt tokens fetched back", side.restoredTokens(), "", Better.HIGHER, "");
            figures.add("fetched / computed", fetched / computed, "ratio", 0.3, Better.LOWER, "");
        }
    }

    /** Eight decode, a prompt of 4,000 tokens comes, and they go on. A token takes longer the longer its text; hence shortly before and after. */
    private void chunkedPrefill(PlinthSide side) throws Exception {
        String first = text.prompts(1, 4000, 120_000).getFirst();
        double alone = side.run(List.of(first), 1).getFirst().secondsToFirst();

        List<CompletableFuture<Side.Times>> decoding = new ArrayList<>();
        for (String prompt : text.prompts(BATCH, 64, 0)) {
            decoding.add(side.send(prompt, LONG_ANSWER));
        }
        Thread.sleep(UNDISTURBED);
        long from = System.nanoTime();
        Side.Times arrived =
                side.send(text.prompts(1, 4000, 160_000).getFirst(), 1).get();
        long to = arrived.tokens().getFirst();
        List<Side.Times> answers = new ArrayList<>();
        for (CompletableFuture<Side.Times> answer : decoding) {
            answers.add(answer.get());
        }
        long begun = answers.stream()
                .mapToLong(times -> times.tokens().getFirst())
                .max()
                .orElseThrow();
        List<Double> before = gaps(answers, begun, from);
        List<Double> during = gaps(answers, from, to);
        List<Double> after = gaps(answers, to, to + UNDISTURBED.toNanos());
        if (before.isEmpty() || after.isEmpty()) {
            throw new IllegalStateException("the eight did not decode before, while and after the prompt was read");
        }
        double undisturbed = (p99(before) + p99(after)) / 2;
        figures.note("p99 token to token, batch 8, no prompt read", undisturbed, "s", Better.LOWER, "");
        figures.note("p99 token to token while a 4k prompt is read", p99(during), "s", Better.LOWER, "");
        figures.note("median token to token, no prompt read", median(before, after), "s", Better.LOWER, "");
        figures.note("median token to token while it is read", median(during, during), "s", Better.LOWER, "");
        figures.add("disturbed / undisturbed, p99", p99(during) / undisturbed, "ratio", 2, Better.LOWER, "");
        figures.note("time to first token of a 4k prompt, alone", alone, "s", Better.LOWER, "");
        figures.add(
                "time to first token of the 4k prompt, beside 8 / alone",
                arrived.secondsToFirst() / alone,
                "ratio",
                1.5,
                Better.LOWER,
                "");
    }

    /**
     * Poisson arrivals at the rate of a fixed batch of eight, against such batches one after the other. Both without beginning and end:
     * tokens are counted from when a quarter of the requests have come to when the last comes. The number of arrivals before and in that
     * time is given, and they are uniform in it, as those of a Poisson process of which the number is known.
     */
    private void continuousBatching(PlinthSide side) throws Exception {
        List<String> prompts = text.prompts(ARRIVALS, 64, 100_000);
        List<String> batches = text.prompts(BATCHES * BATCH, 64, 40_000);
        side.run(text.prompts(BATCH, 64, 20_000), 2);
        List<Side.Times> fixed = new ArrayList<>();
        long start = System.nanoTime();
        for (int batch = 1; batch <= BATCHES; batch++) {
            fixed.addAll(side.run(batches.subList(BATCH * (batch - 1), BATCH * batch), ANSWER));
        }
        double fixedRate = BATCHES * BATCH * ANSWER / ((System.nanoTime() - start) / 1e9);
        double limit = 2 * p99(gaps(fixed));

        Random random = new Random(1);
        double seconds = ARRIVALS * ANSWER / fixedRate;
        double[] moments = DoubleStream.concat(
                        random.doubles(ARRIVALS / 4, 0, 0.25), random.doubles(ARRIVALS - ARRIVALS / 4, 0.25, 1))
                .map(share -> share * seconds)
                .sorted()
                .toArray();
        start = System.nanoTime();
        List<CompletableFuture<Side.Times>> answers = new ArrayList<>();
        for (int i = 0; i < ARRIVALS; i++) {
            Thread.sleep(Duration.ofNanos(Math.max(0, start + (long) (moments[i] * 1e9) - System.nanoTime())));
            answers.add(side.send(prompts.get(i), ANSWER));
        }
        long from = start + (long) (seconds / 4 * 1e9);
        long to = start + (long) (seconds * 1e9);
        long good = 0;
        List<Double> perToken = new ArrayList<>();
        for (CompletableFuture<Side.Times> answer : answers) {
            List<Long> tokens = answer.get().tokens();
            double mean = (tokens.getLast() - tokens.getFirst()) / 1e9 / (tokens.size() - 1);
            perToken.add(mean);
            good += mean <= limit
                    ? tokens.stream()
                            .filter(moment -> moment > from && moment <= to)
                            .count()
                    : 0;
        }
        double goodput = good / ((to - from) / 1e9);
        figures.note("fixed batches of 8", fixedRate, "tokens/s", Better.HIGHER, "");
        figures.note("limit of an answer's mean time a token", limit, "s", Better.LOWER, "");
        figures.note("Poisson arrivals at that rate, p99 of that time", p99(perToken), "s", Better.LOWER, "");
        figures.note("Poisson arrivals at that rate, goodput", goodput, "tokens/s", Better.HIGHER, "");
        figures.add("goodput / fixed batches", goodput / fixedRate, "ratio", 0.9, Better.HIGHER, "");
    }

    /** Seconds between tokens of an answer that both came in a time. */
    private static List<Double> gaps(List<Side.Times> times, long from, long to) {
        return times.stream()
                .flatMap(t -> IntStream.range(1, t.tokens().size())
                        .filter(i -> t.tokens().get(i - 1) >= from && t.tokens().get(i) <= to)
                        .mapToObj(i -> (t.tokens().get(i) - t.tokens().get(i - 1)) / 1e9))
                .toList();
    }

    private static double median(List<Double> first, List<Double> second) {
        return (part(first, 0.5) + part(second, 0.5)) / 2;
    }

    static List<Double> gaps(List<Side.Times> times) {
        return gaps(times, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    static double p99(List<Double> values) {
        return part(values, 0.99);
    }

    /** What so many of the values do not exceed. */
    private static double part(List<Double> values, double share) {
        return values.stream()
                .sorted()
                .skip((long) (share * (values.size() - 1)))
                .findFirst()
                .orElseThrow();
    }
}
