package dev.plinth.testbed.cli;

import dev.plinth.testbed.ClusterSpec;
import dev.plinth.testbed.ClusterSpec.SimulatedNodes;
import dev.plinth.testbed.LocalCluster;
import dev.plinth.testbed.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "bench", description = "Measure the testbed itself.", mixinStandardHelpOptions = true)
final class BenchCommand {
    @Command(
            name = "cluster-up",
            description = "Time until a cluster of simulated nodes is Ready.",
            mixinStandardHelpOptions = true)
    int clusterUp(
            @Option(names = "--nodes", description = "How many; default: ${DEFAULT-VALUE}.", defaultValue = "1000")
                    int nodes,
            @Option(
                            names = "--output",
                            description = "Result file; default: ${DEFAULT-VALUE}.",
                            defaultValue = "target/bench/cluster-up.json")
                    Path output)
            throws IOException {
        var spec = ClusterSpec.controlPlane("bench").withSimulatedNodes(new SimulatedNodes("sim", nodes, 8));
        var started = Instant.now();
        Duration time;
        try (var _ = LocalCluster.up(spec, Progress.to(System.out, System.console() != null))) {
            time = Duration.between(started, Instant.now());
        }
        var cores = Runtime.getRuntime().availableProcessors();
        System.out.printf(
                "%d simulated nodes Ready after %.1f s on %d cores%n", nodes, time.toMillis() / 1000.0, cores);
        Files.createDirectories(output.toAbsolutePath().getParent());
        Files.writeString(
                output,
                "{\"nodes\":%d,\"seconds\":%.3f,\"cores\":%d}%n".formatted(nodes, time.toMillis() / 1000.0, cores));
        return 0;
    }
}
