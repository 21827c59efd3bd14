package dev.plinth.testbed.controlplane;

import dev.plinth.testbed.StateFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The life of simulated nodes and their pods, as KWOK's Stage resources. */
final class Stages {
    private static final List<String> NAMES = List.of(
            "node-initialize",
            "node-heartbeat",
            "pod-ready",
            "pod-complete",
            "pod-complete-after",
            "pod-fail-after",
            "pod-delete");

    private Stages() {}

    /** Writes each stage to a file, for KWOK to read. */
    static List<Path> write(StateFolder state) {
        return NAMES.stream().map(name -> write(state, name + ".yaml")).toList();
    }

    private static Path write(StateFolder state, String name) {
        try (var content = Stages.class.getResourceAsStream("/dev/plinth/testbed/stages/" + name)) {
            if (content == null) {
                throw new IllegalStateException("missing from the jar: stage " + name);
            }
            return state.write("stages/" + name, new String(content.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
