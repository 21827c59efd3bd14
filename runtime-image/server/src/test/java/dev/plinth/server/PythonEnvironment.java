package dev.plinth.server;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A virtual environment with one package of the Python index, kept in the user's cache. */
final class PythonEnvironment {
    private static final Path HERE = Path.of("").toAbsolutePath();

    private final Path programs;

    private PythonEnvironment(Path programs) {
        this.programs = programs;
    }

    /** The test is skipped where it cannot be made. */
    static PythonEnvironment with(String name, String version) throws Exception {
        Path cache = Optional.ofNullable(System.getenv("XDG_CACHE_HOME"))
                .map(Path::of)
                .orElse(Path.of(System.getProperty("user.home"), ".cache"));
        Path environment = cache.resolve("plinth/python/" + name + "-" + version);
        PythonEnvironment made = new PythonEnvironment(environment.resolve("bin"));
        Path complete = environment.resolve("complete");
        if (!Files.exists(complete)) {
            assumeTrue(
                    run(HERE, "python3", "-m", "venv", environment.toString()) == 0,
                    "python3 with venv is needed for " + name);
            String wanted = name + "==" + version;
            List<String> install = List.of("-m", "pip", "install", "--quiet", "--disable-pip-version-check", wanted);
            assumeTrue(made.run(HERE, "python", install) == 0, "pip cannot fetch " + wanted + " here");
            Files.createFile(complete);
        }
        return made;
    }

    /** Runs a program of the environment in a folder, where it may leave something; its exit status. */
    int run(Path folder, String program, List<String> arguments) throws InterruptedException {
        List<String> command = new ArrayList<>(arguments);
        command.addFirst(programs.resolve(program).toString());
        return run(folder, command.toArray(String[]::new));
    }

    private static int run(Path folder, String... command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            return 127; // no such program
        }
    }
}
