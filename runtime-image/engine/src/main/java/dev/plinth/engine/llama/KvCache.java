package dev.plinth.engine.llama;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;

/** Keys and values of one sequence, so that a step computes only its new tokens. Grows by doubling; closed with the sequence. */
public final class KvCache implements Past, AutoCloseable {
    private static final long FIRST_CAPACITY = 64;

    private final LlamaConfig config;
    private final NDManager manager;
    /** A layer's keys and values, each [1, K, capacity, D]. */
    private final List<NDArray> keys = new ArrayList<>();

    private final List<NDArray> values = new ArrayList<>();
    private long length;

    /** @param parent the arrays live in a sub-manager of it */
    public KvCache(LlamaConfig config, NDManager parent) {
        this.config = config;
        this.manager = parent.newSubManager();
        for (int i = 0; i < config.layers(); i++) {
            keys.add(manager.zeros(shape(FIRST_CAPACITY)));
            values.add(manager.zeros(shape(FIRST_CAPACITY)));
        }
    }

    @Override
    public long length() {
        return length;
    }

    @Override
    public NDList extend(int layer, NDArray newKeys, NDArray newValues) {
        return new NDList(append(keys, layer, newKeys), append(values, layer, newValues));
    }

    void advance(long tokens) {
        length += tokens;
    }

    private NDArray append(List<NDArray> caches, int layer, NDArray added) {
        long end = length + added.getShape().get(2);
        NDArray cache = withRoom(caches, layer, end);
        cache.set(new NDIndex(":, :, {}:{}", length, end), added);
        return cache.get(added.getManager(), new NDIndex(":, :, :{}", end));
    }

    private NDArray withRoom(List<NDArray> caches, int layer, long needed) {
        NDArray old = caches.get(layer);
        long capacity = old.getShape().get(2);
        if (capacity >= needed) {
            return old;
        }
        while (capacity < needed) {
            capacity *= 2;
        }
        NDArray grown = manager.zeros(shape(capacity));
        try (NDArray past = old.get(new NDIndex(":, :, :{}", length))) {
            grown.set(new NDIndex(":, :, :{}", length), past);
        }
        old.close();
        caches.set(layer, grown);
        return grown;
    }

    private Shape shape(long capacity) {
        return new Shape(1, config.keyValueHeads(), capacity, config.headSize());
    }

    @Override
    public void close() {
        manager.close();
    }
}
