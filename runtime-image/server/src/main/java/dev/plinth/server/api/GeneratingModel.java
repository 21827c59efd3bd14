package dev.plinth.server.api;

import dev.plinth.engine.generation.Generator;
import dev.plinth.engine.tokens.Tokenizer;
import dev.plinth.server.metrics.ServingMetrics;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** A model that continues texts. */
public final class GeneratingModel implements ServedModel {
    private final String name;
    private final Instant loaded = Instant.now();
    private final Generator generator;
    private final AdapterRegistry adapters;
    private final RequestReader reader;
    private final ServingMetrics metrics;
    private final Map<Integer, String> marks;

    public GeneratingModel(String name, Generator generator, AdapterRegistry adapters, ServingMetrics metrics) {
        this.name = name;
        this.adapters = adapters;
        this.generator = generator;
        this.reader = new RequestReader(generator.model(), name, adapters);
        this.metrics = metrics;
        this.marks = marks(generator.model().tokenizer());
    }

    private static Map<Integer, String> marks(Tokenizer tokenizer) {
        Map<Integer, String> marks = new HashMap<>();
        for (String mark : ToolCallParser.MARKS) {
            int[] tokens = tokenizer.encode(mark);
            if (tokens.length == 1 && tokenizer.isSpecial(tokens[0])) {
                marks.put(tokens[0], mark);
            }
        }
        return Map.copyOf(marks);
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

    /** Marks of calls that are special tokens, by those. */
    Map<Integer, String> marks() {
        return marks;
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
