package dev.plinth.server.api;

import java.time.Instant;

/** A loaded model behind the name that requests call it by: what all kinds have in common. */
public sealed interface ServedModel permits GeneratingModel, EmbeddingModel {
    String name();

    /** When it was loaded. */
    Instant loaded();

    /** Longest input, or input and output, in tokens. */
    int maxSequenceLength();

    /** False once its thread has died. */
    boolean alive();
}
