package dev.plinth.testbed.cli;

import dev.plinth.testbed.ClusterSpec;
import dev.plinth.testbed.TestbedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code plinth-testbed}. */
@Command(
        name = "plinth-testbed",
        description = "A real Kubernetes on this machine.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            ImageCommand.class,
            NodeCommand.class,
            KubeconfigCommand.class,
            BenchCommand.class,
            Main.Supervise.class
        })
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.exit(run(args));
    }

    /** Runs a command line and returns its exit status; a failure is one line on standard error. */
    static int run(String... args) {
        var commands = new CommandLine(new Main());
        commands.setExecutionExceptionHandler((failure, command, _) -> {
            if (!(failure instanceof TestbedException)) {
                throw failure;
            }
            command.getErr().println("plinth-testbed: " + failure.getMessage());
            return 1;
        });
        return commands.execute(args);
    }

    /** The background process; started by {@code up}. */
    @Command(name = "supervise", hidden = true)
    static final class Supervise implements Callable<Integer> {
        @Parameters
        private Path request = Path.of("");

        @Option(names = "--held")
        private boolean held;

        @Override
        public Integer call() throws IOException, InterruptedException {
            var spec = ClusterSpec.read(request);
            Files.delete(request);
            return Supervisor.run(spec, held);
        }
    }
}
