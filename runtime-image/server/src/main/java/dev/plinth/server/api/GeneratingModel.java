package dev.plinth.server.api;

import dev.plinth.engine.generation.Generator;
import dev.plinth.server.metrics.ServingMetrics;
import java.time.Instant;

/** A model that continues texts. */
public final class GeneratingModel implements ServedModel {
    private final String name;
    private final Instant loaded = Instant.now();
    private final Generator generator;
    private final AdapterRegistry adapters;
    private final RequestReader reader;
    private final ServingMetrics metrics;

    public GeneratingModel(String name, Generator generator, AdapterRegistry adapters, ServingMetrics metrics) {
        this.name = name;
        this.adapters = adapters;
        this.generator = generator;
        this.reader = new RequestReader(generator.model(), name, adapters);
        this.metrics = metrics;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Instant loaded() {
        return loaded;
    }

    @Override
    public int maxSequenceLength() {
        return generator.model().engine().maxSequenceLength();
    }

    @Override
    public boolean alive() {
        return generator.alive();
    }

    Generator generator() {
        return generator;
    }

    AdapterRegistry adapters() {
        return adapters;
    }

    RequestReader reader() {
        return reader;
    }

    ServingMetrics metrics() {
        return metrics;
    }
}
