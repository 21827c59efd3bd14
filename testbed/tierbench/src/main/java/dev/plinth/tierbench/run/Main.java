package dev.plinth.tierbench.run;

import dev.plinth.tierbench.input.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code make bench-placement}: the whole benchmark, or with an input the policies on that, and answers from elsewhere beside them. */
@Command(
        name = "plinth-tierbench",
        description =
                "Compares placers: the whole benchmark, or every policy on one input. See docs/reference/placement-input.md.",
        sortOptions = false)
final class Main implements Callable<Integer> {
    @Option(names = "--input", paramLabel = "FILE", description = "Replay the events of this file instead.")
    private Optional<Path> input = Optional.empty();

    @Option(
            names = "--answers",
            paramLabel = "FILE",
            description = "Score what other schedulers decided on that input as well.")
    private Optional<Path> answers = Optional.empty();

    @Option(
            names = "--export",
            paramLabel = "FOLDER",
            description = "Only write the random states of the benchmark as inputs.")
    private Optional<Path> export = Optional.empty();

    @Option(names = "--plot", paramLabel = "FILE", description = "Only draw the results that are there, as SVG.")
    private Optional<Path> plot = Optional.empty();

    @Option(names = "--output", paramLabel = "FILE", description = "Results; default: ${DEFAULT-VALUE}.")
    private Path output = Path.of("target/bench/placement.json");

    @Option(names = "--jobs", description = "Jobs of each stream; default: ${DEFAULT-VALUE}.")
    private int jobs = 2000;

    @Option(names = "--seeds", description = "Streams, each drawn anew; default: ${DEFAULT-VALUE}.")
    private int seeds = 32;

    @Option(names = "--help", usageHelp = true, description = "Say this.")
    private boolean help;

    /** The one that picocli parsed for, once it has. */
    @Spec
    private CommandSpec spec = CommandSpec.create();

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(command().execute(arguments));
    }

    /** Exits with 1 and one line if a file is wrong, with 2 and the usage if an option is. */
    static CommandLine command() {
        return new CommandLine(new Main()).setExecutionExceptionHandler((problem, line, _) -> {
            var told = switch (problem) {
                case InputException e -> e.getMessage();
                case IOException e ->
                    "cannot read or write: " + e.toString().lines().findFirst().orElse("");
                default -> throw problem;
            };
            line.getErr().println("tierbench: " + told);
            return 1;
        });
    }

    @Override
    public Integer call() throws IOException {
        if (Stream.of(input, export, plot).filter(Optional::isPresent).count() > 1) {
            throw new ParameterException(spec.commandLine(), "Only one of --input, --export and --plot is possible");
        }
        if (answers.isPresent() && input.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--answers needs the --input that they answer");
        }
        if (jobs < 1 || seeds < 1) {
            throw new ParameterException(spec.commandLine(), "--jobs and --seeds are 1 or more");
        }
        if (plot.isPresent()) {
            Plot.draw(output, plot.get());
        } else if (export.isPresent()) {
            Export.states(export.get());
        } else {
            measure();
        }
        return 0;
    }

    private void measure() throws IOException {
        var report = new Report();
        if (input.isPresent()) {
            new Comparison(report).run(input.get(), answers);
        } else {
            new DecisionBench(report).run();
            new SnapshotBench(report).run();
            new StreamBench(report, jobs, seeds).run();
        }
        report.print();
        report.write(output);
    }
}
