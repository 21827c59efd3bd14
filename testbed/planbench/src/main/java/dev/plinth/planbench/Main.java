package dev.plinth.planbench;

import dev.plinth.planner.hardware.UnknownAcceleratorException;
import dev.plinth.planner.model.UnknownModelException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Entry point of {@code run}. */
@Command(
        name = "planbench",
        description = "Judge the planner against measured tables.",
        mixinStandardHelpOptions = true)
final class Main implements Runnable {
    private static final Path RECORDS = Path.of("target/bench");

    private Main() {}

    public static void main(String[] args) {
        var command = new CommandLine(new Main());
        command.setExecutionExceptionHandler((problem, line, _) -> {
            if (problem instanceof BadTableException
                    || problem instanceof UnknownAcceleratorException
                    || problem instanceof UnknownModelException) {
                line.getErr().println("planbench: " + problem.getMessage());
                return 2;
            }
            throw problem;
        });
        System.exit(command.execute(args));
    }

    @Override
    public void run() {
        try {
            Finding.report(all(), System.out, RECORDS.resolve("planner.json"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Finding> all() {
        var findings = new ArrayList<>(SearchSpeed.findings());
        var rows = IterationTimes.read(Resources.table("a100-iteration-times.csv"));
        var published = Published.read();
        var accuracy = new Accuracy(rows);
        findings.addAll(accuracy.findings());
        var home = Path.of(System.getProperty("planbench.home", "testbed/planbench"));
        findings.add(LlmAnalysis.finding(home, rows)
                .orElseGet(() -> Finding.told(
                        "llm-analysis 0.2.2: could not be installed", Double.NaN, "fraction", "lower", "not run")));
        findings.addAll(accuracy.slopes(published));
        findings.addAll(new PublishedTables(published).findings());
        return findings;
    }

    @Command(
            name = "rows",
            description = "Judge the shipped model on another table in the form of a100-iteration-times.csv.")
    void rows(@Parameters(paramLabel = "FILE") Path file) throws IOException {
        Finding.report(OtherRows.findings(file), System.out, RECORDS.resolve("planner-rows.json"));
    }

    @Command(name = "fit", description = "Find the fitted constants again and print them.")
    void fit() {
        var rows = new ArrayList<>(IterationTimes.read(Resources.table("a100-iteration-times.csv")));
        var published = Published.read();
        published.stream().filter(Published::showsTheModelsOfThen).forEach(rows::add);
        System.out.println("A100, Megatron of then:");
        System.out.print(Plinth.fit(Plinth.AMPERE, rows));
        System.out.println("Later hardware and frameworks:");
        var later = published.stream()
                .filter(row -> !row.accelerator().name().startsWith("A100"))
                .toList();
        System.out.print(Plinth.fit(Plinth.LATER, later));
    }
}
