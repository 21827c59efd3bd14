package dev.plinth.planner.render;

import dev.plinth.planner.layout.Layout;
import dev.plinth.planner.layout.Training;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a container is started with so that it trains in a layout.
 *
 * @param arguments of the command line, in order
 * @param environment by name
 * @param files by name, with their content
 */
public record Rendering(
        List<String> arguments, SortedMap<String, String> environment, SortedMap<String, String> files) {
    public Rendering {
        arguments = List.copyOf(arguments);
        environment = Collections.unmodifiableSortedMap(new TreeMap<>(environment));
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    static Rendering ofArguments(List<String> arguments) {
        return new Rendering(arguments, new TreeMap<>(), new TreeMap<>());
    }

    /** In the terms of the training's framework. */
    public static Rendering of(Training training, Layout layout) {
        return switch (training.framework()) {
            case MEGATRON, MEGATRON_CLASSIC -> MegatronOptions.of(training, layout);
            case DEEPSPEED -> DeepSpeedConfig.of(training, layout);
            case FSDP, TORCHTITAN -> TorchtitanOptions.of(training, layout);
            case JAX -> JaxMesh.of(training, layout);
        };
    }
}
