package dev.plinth.testbed.process;

import dev.plinth.testbed.TestbedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Short commands run to their end. */
public final class Commands {
    private Commands() {}

    /**
     * Runs a command and returns what it printed on standard output.
     *
     * @throws TestbedException with the last line of what it complained if it fails
     */
    public static String run(List<String> command) {
        try {
            var process = new ProcessBuilder(command).start();
            process.getOutputStream().close();
            var complaints = new FutureTask<>(() -> text(process.getErrorStream()));
            Thread.ofPlatform().start(complaints);
            var output = text(process.getInputStream());
            if (process.waitFor() != 0) {
                throw new TestbedException("%s failed: %s"
                        .formatted(
                                String.join(" ", command),
                                (output + complaints.get()).strip().lines().reduce("", (_, last) -> last)));
            }
            return output;
        } catch (IOException | ExecutionException e) {
            throw new TestbedException("cannot run %s: %s".formatted(command.getFirst(), e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while running " + command.getFirst(), e);
        }
    }

    private static String text(InputStream stream) throws IOException {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }

    /** Finds a program on the PATH, and in the folders of root's programs. */
    public static Optional<Path> find(String program) {
        var path = System.getenv().getOrDefault("PATH", "") + ":/usr/local/sbin:/usr/sbin:/sbin";
        return Arrays.stream(path.split(":"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Whether this process is root's. */
    public static boolean root() {
        try {
            return Files.getAttribute(Path.of("/proc/self"), "unix:uid") instanceof Integer uid && uid == 0;
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
