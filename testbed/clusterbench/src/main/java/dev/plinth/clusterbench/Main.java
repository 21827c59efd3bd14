package dev.plinth.clusterbench;

import dev.plinth.testbed.Progress;
import dev.plinth.testbed.TestbedException;
import dev.plinth.testbed.parts.Part;
import dev.plinth.testbed.parts.Parts;
import dev.plinth.tierbench.run.Report;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Entry point of {@code run}. */
@Command(
        name = "clusterbench",
        description = "Measure the operator on thousands of simulated nodes.",
        mixinStandardHelpOptions = true)
final class Main implements Callable<Integer> {
    @Option(names = "--nodes", arity = "1..*", description = "How many nodes; one cluster each.")
    private List<Integer> nodes = List.of(1000, 2500, 5000);

    @Option(names = "--decks", description = "How often 46 gangs of 1,464 members come; default: ${DEFAULT-VALUE}.")
    private int decks = 1;

    @Option(
            names = "--parts",
            arity = "1..*",
            description =
                    "rate: beside bare pods; rest: idle and started again; peer: beside kube-scheduler's topology-aware scheduling.")
    private List<String> parts = List.of("rest", "rate", "peer");

    @Option(names = "--repository", description = "Folder of the checkout, with its packaged operator.")
    private Path repository = Path.of(".");

    private final AtomicBoolean ending = new AtomicBoolean();

    private Main() {}

    public static void main(String[] args) {
        var main = new Main();
        var command = new CommandLine(main);
        command.setExecutionExceptionHandler((problem, line, _) -> {
            if (main.ending.get()) {
                return 130; // What Ctrl-C ends fails on its way.
            }
            if (problem instanceof TestbedException) {
                line.getErr().println("clusterbench: " + problem.getMessage());
                return 1;
            }
            throw problem;
        });
        System.exit(command.execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        var progress = Progress.to(
                System.out, System.console() != null && System.console().isTerminal());
        if (nodes.stream().anyMatch(each -> each < ScaleBench.FEWEST_NODES)) {
            throw new TestbedException("the gangs need at least %d nodes".formatted(ScaleBench.FEWEST_NODES));
        }
        // What is fetched or built once is no part of any time.
        Parts.resolve(Part.controlPlane(), progress);
        // Ctrl-C: the cluster would end by itself a moment later, but nobody would see when.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            ending.set(true);
            Stage.abandon();
        }));
        var report = new Report();
        try {
            boolean rate = parts.contains("rate");
            boolean rest = parts.contains("rest");
            for (int each : rate || rest ? nodes : List.<Integer>of()) {
                new ScaleBench(repository, decks, report, progress).measure(each, rate, rest);
            }
            if (parts.contains("peer")) {
                new TopologyBench(repository, report, progress).measure();
            }
        } finally {
            // What was measured before something failed is true all the same.
            System.out.println();
            report.print();
            report.write(Path.of("target/bench/cluster.json"));
        }
        return 0;
    }
}
