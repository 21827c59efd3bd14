package dev.plinth.testbed.process;

import dev.plinth.testbed.TestbedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A running program of the cluster, on a leash: it dies with this process, however this process ends.
 *
 * <p>The leash is a pipe that only this process holds open (see {@code cmd/walls}).
 */
public final class Component {
    private static final int TAIL_LINES = 8;

    private final String name;
    private final Process process;
    private final Path log;
    private volatile boolean stopping;

    Component(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    public String name() {
        return name;
    }

    public Path log() {
        return log;
    }

    public boolean alive() {
        return process.isAlive();
    }

    /** Kills it (SIGKILL, no farewell) and returns when it is gone. */
    public void kill() {
        stopping = true;
        try {
            process.getOutputStream().close();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }

    /** Says that its end, from now on, is no crash. */
    public void expectEnd() {
        stopping = true;
    }

    /** Calls {@code action} if the program ends without having been killed by {@link #kill}. */
    public Component onCrash(Runnable action) {
        process.onExit().thenRun(() -> {
            if (!stopping) {
                action.run();
            }
        });
        return this;
    }

    /** @throws TestbedException with the end of its log if it has ended */
    public void requireAlive() {
        if (!alive()) {
            throw new TestbedException(obituary());
        }
    }

    /** How it ended and the last lines of its log. */
    public String obituary() {
        return "%s ended with status %d; the end of %s:%n%s"
                .formatted(name, process.exitValue(), log, String.join(System.lineSeparator(), tail()));
    }

    private List<String> tail() {
        try {
            var lines = Files.readAllLines(log);
            return lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
