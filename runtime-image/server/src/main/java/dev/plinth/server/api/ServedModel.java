package dev.plinth.server.api;

import dev.plinth.engine.generation.Generator;
import dev.plinth.server.metrics.ServingMetrics;
import java.time.Instant;

/** A loaded model behind the name that requests call it by. */
public final class ServedModel {
    private final String name;
    private final Instant loaded = Instant.now();
    private final Generator generator;
    private final RequestReader reader;
    private final ServingMetrics metrics;

    public ServedModel(String name, Generator generator, ServingMetrics metrics) {
        this.name = name;
        this.generator = generator;
        this.reader = new RequestReader(generator.model(), name);
        this.metrics = metrics;
    }

    String name() {
        return name;
    }

    Instant loaded() {
        return loaded;
    }

    Generator generator() {
        return generator;
    }

    RequestReader reader() {
        return reader;
    }

    ServingMetrics metrics() {
        return metrics;
    }
}
