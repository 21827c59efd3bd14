package dev.plinth.testbed.process;

import dev.plinth.testbed.TestbedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The namespaces that programs run in: those of this process, or a network, process and mount namespace of their own
 * inside which nothing outlives this process.
 */
public final class Walls implements AutoCloseable {
    private final Path program;
    private final List<String> entrance;
    private final String pid;
    private final Optional<Process> keeper;

    private Walls(Path program, List<String> entrance, String pid, Optional<Process> keeper) {
        this.program = program;
        this.entrance = entrance;
        this.pid = pid;
        this.keeper = keeper;
    }

    /** The namespaces of this process; {@code program} is the path of {@code walls}. */
    public static Walls none(Path program) {
        return new Walls(program, List.of(), "self", Optional.empty());
    }

    /**
     * New namespaces inside these.
     *
     * @param options options of {@code walls enclose}
     */
    public Walls enclose(List<String> options) {
        var command = new ArrayList<>(entrance);
        command.addAll(List.of(program.toString(), "enclose"));
        command.addAll(options);
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var reader = process.inputReader(StandardCharsets.UTF_8);
            var pid = "";
            var said = new ArrayList<String>();
            // The keeper and the first process inside each say their word, in either order.
            while (pid.isEmpty() || !said.contains("ready")) {
                var line = reader.readLine();
                if (line == null) {
                    throw new TestbedException(
                            "cannot make namespaces (root in a full Linux is needed): " + String.join("; ", said));
                }
                said.add(line);
                if (line.startsWith("pid ")) {
                    pid = line.substring(4);
                }
            }
            var inner = new ArrayList<>(entrance);
            inner.addAll(List.of("nsenter", "--target", pid, "--pid", "--net", "--mount", "--uts", "--ipc", "--"));
            return new Walls(program, List.copyOf(inner), pid, Optional.of(process));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first process inside, as it is numbered in the namespaces around these. */
    public String pid() {
        return pid;
    }

    /** Starts a program on a leash, with its output appended to {@code log}. */
    public Component start(String name, Path log, Map<String, String> environment, List<String> command) {
        var full = new ArrayList<>(entrance);
        full.addAll(List.of(program.toString(), "leash"));
        full.addAll(command);
        try {
            var builder = new ProcessBuilder(full)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            builder.environment().putAll(environment);
            return new Component(name, builder.start(), log);
        } catch (IOException e) {
            throw new TestbedException("cannot start %s: %s".formatted(name, e.getMessage()), e);
        }
    }

    /** Runs a command to its end and returns what it printed. */
    public String run(String... command) {
        var full = new ArrayList<>(entrance);
        full.addAll(List.of(command));
        return Commands.run(full);
    }

    /** Ends everything inside at once, as a power cut would. Does nothing for the namespaces of this process. */
    @Override
    public void close() {
        keeper.ifPresent(process -> {
            try {
                process.getOutputStream().close();
                process.waitFor();
            } catch (IOException e) {
                process.destroyForcibly();
            } catch (InterruptedException e) {
                process.destroyForcibly();
                Thread.currentThread().interrupt();
            }
        });
    }
}
