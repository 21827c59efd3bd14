package dev.plinth.testbed.cli;

import dev.plinth.testbed.ClusterSpec;
import dev.plinth.testbed.Progress;
import dev.plinth.testbed.process.Commands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "up",
        description = "Bring up the cluster, or join the one that is up; Ctrl-C on the way ends what was started.",
        mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "What the cluster consists of; default: three real nodes (with root) and 30 simulated ones.")
    private @Nullable Path config;

    @Option(names = "--name", paramLabel = "NAME", description = "Name of the cluster instead of the one in the file.")
    private @Nullable String name;

    @Override
    public Integer call() throws IOException {
        var read = config == null ? defaultsFor(Commands.root()) : ClusterSpec.read(config);
        var spec = name == null ? read : read.withName(name);
        var up = new AtomicBoolean();
        var interrupted = new Thread(() -> {
            if (!up.get()) {
                System.err.println("\nEnding what was started");
                Background.down(spec.name());
            }
        });
        Runtime.getRuntime().addShutdownHook(interrupted);
        try {
            var before = Background.statusIfUp(spec.name());
            var cluster = Background.up(
                    spec, before.isPresent() ? Progress.silent() : Progress.to(System.out, System.console() != null));
            before.ifPresent(
                    status -> System.out.println("The cluster %s is up already:\n\n%s".formatted(spec.name(), status)));
            System.out.println();
            cluster.shellLines().forEach(System.out::println);
        } finally {
            up.set(true);
        }
        return 0;
    }

    /** Without root, all of it but the nodes that need root. */
    static ClusterSpec defaultsFor(boolean root) throws IOException {
        if (root) {
            return defaults();
        }
        System.out.println("Not root: the real nodes are left out; control plane and simulated nodes work");
        return defaults().withRealNodes();
    }

    private static ClusterSpec defaults() throws IOException {
        try (var file = Optional.ofNullable(UpCommand.class.getResourceAsStream("/dev/plinth/testbed/cluster.yaml"))
                .orElseThrow()) {
            return ClusterSpec.parse(new String(file.readAllBytes(), StandardCharsets.UTF_8), "cluster.yaml");
        }
    }
}
