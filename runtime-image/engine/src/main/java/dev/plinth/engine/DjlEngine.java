package dev.plinth.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.plinth.engine.llama.KvCache;
import dev.plinth.engine.llama.Llama;

/** The Llama decoder on DJL: one sub-manager a step, so that no array outlives it but the cache. */
public final class DjlEngine implements Engine {
    private final NDManager manager;
    private final Llama model;
    private final int maxSequenceLength;

    /**
     * @param manager holds the model's weights and is closed with the engine
     * @param maxSequenceLength at most the model's own
     */
    public DjlEngine(NDManager manager, Llama model, int maxSequenceLength) {
        this.manager = manager;
        this.model = model;
        this.maxSequenceLength = Math.min(maxSequenceLength, model.config().maxSequenceLength());
    }

    @Override
    public int vocabularySize() {
        return model.config().vocabularySize();
    }

    @Override
    public int maxSequenceLength() {
        return maxSequenceLength;
    }

    @Override
    public Sequence begin() {
        return new CachedSequence(new KvCache(model.config(), manager));
    }

    /** Arrays alive between steps: weights, tables and caches; constant while sequences run within their capacity. */
    int arrays() {
        return manager.getManagedArrays().size();
    }

    @Override
    public void close() {
        manager.close();
    }

    private final class CachedSequence implements Sequence {
        private final KvCache cache;

        CachedSequence(KvCache cache) {
            this.cache = cache;
        }

        @Override
        public int length() {
            return Math.toIntExact(cache.length());
        }

        @Override
        public float[] append(int... tokens) {
            long[] ids = new long[tokens.length];
            for (int i = 0; i < ids.length; i++) {
                ids[i] = tokens[i];
            }
            try (NDManager step = manager.newSubManager()) {
                NDArray logits = model.next(step.create(ids, new Shape(1, ids.length)), cache);
                return logits.toFloatArray();
            }
        }

        @Override
        public void close() {
            cache.close();
        }
    }
}
