package dev.plinth.testbed.cli;

import dev.plinth.testbed.ClusterSpec;
import dev.plinth.testbed.ClusterSpec.SimulatedNodes;
import dev.plinth.testbed.LocalCluster;
import dev.plinth.testbed.Progress;
import dev.plinth.testbed.parts.Part;
import dev.plinth.testbed.parts.Parts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "bench", description = "Measure the testbed itself.", mixinStandardHelpOptions = true)
final class BenchCommand {
    private static final double GOAL_SECONDS = 90;

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
        var progress = Progress.to(System.out, System.console() != null);
        // What is fetched or built once is no part of the time.
        Parts.resolve(Part.controlPlane(), progress);
        var spec = ClusterSpec.controlPlane("bench").withSimulatedNodes(new SimulatedNodes("sim", nodes, 8));
        var started = Instant.now();
        Duration time;
        try (var _ = LocalCluster.up(spec, progress)) {
            time = Duration.between(started, Instant.now());
        }
        report(nodes, time.toMillis() / 1000.0, output);
        return 0;
    }

    private static void report(int nodes, double seconds, Path output) throws IOException {
        var measure = "from nothing to a control plane and %,d simulated nodes Ready".formatted(nodes);
        var cores = Runtime.getRuntime().availableProcessors();
        System.out.printf(Locale.ROOT, "%n%-70s %10s %10s%n", "MEASURE (" + cores + " cores)", "TIME", "GOAL");
        System.out.printf(Locale.ROOT, "%-70s %8.1f s %8.1f s%n", measure, seconds, GOAL_SECONDS);
        Files.createDirectories(output.toAbsolutePath().getParent());
        Files.writeString(
                output, String.format(Locale.ROOT, """
                        [{"measure": "%s", "value": %.3f, "unit": "s", "goal": %.0f, "better": "lower", "met": %b, "peer": null}]
                        """, measure, seconds, GOAL_SECONDS, seconds <= GOAL_SECONDS));
    }
}
