package dev.plinth.server.api;

import dev.plinth.engine.encoder.Embedder;
import dev.plinth.server.metrics.EmbeddingMetrics;
import java.time.Instant;

/**
 * A model that gives vectors for texts.
 *
 * @param loaded when it was loaded
 */
public record EmbeddingModel(String name, Instant loaded, Embedder embedder, EmbeddingMetrics metrics)
        implements ServedModel {
    @Override
    public int maxSequenceLength() {
        return embedder.encoder().maxSequenceLength();
    }

    @Override
    public boolean alive() {
        return embedder.alive();
    }
}
