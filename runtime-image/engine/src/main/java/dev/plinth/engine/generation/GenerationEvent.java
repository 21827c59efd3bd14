package dev.plinth.engine.generation;

/** What happens to a request: first tokens, then exactly one {@link Finished} or {@link Failed}. */
public sealed interface GenerationEvent {
    /**
     * One token.
     *
     * @param text text that became certain with it: none while a character or a possible stop string is incomplete, and then
     *     that of several tokens
     */
    record Token(String text, TokenChoice choice) implements GenerationEvent {}

    /**
     * The end.
     *
     * @param rest text that had been held back
     * @param tokens generated tokens
     * @param cachedTokens prompt tokens that were not computed, because another request had them computed before
     */
    record Finished(Reason reason, String rest, int tokens, int cachedTokens, Timing timing)
            implements GenerationEvent {}

    /** The engine could not go on. */
    record Failed(Throwable cause) implements GenerationEvent {}

    /** Why a generation ended. */
    enum Reason {
        /** An end token or a stop string. */
        STOP,
        /** As many tokens as asked for, or as the model's limit allows. */
        LENGTH,
        /** Nobody waits for it any more. */
        ABORT
    }

    /**
     * Moments on the clock of {@link System#nanoTime}.
     *
     * @param scheduled when it left the queue
     * @param firstToken when its first token was there; {@code finished} if there was none
     */
    record Timing(long arrived, long scheduled, long firstToken, long finished) {}
}
