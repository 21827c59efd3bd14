package dev.plinth.testbed.parts;

import dev.plinth.testbed.Progress;
import dev.plinth.testbed.TestbedException;
import dev.plinth.testbed.Trees;
import dev.plinth.testbed.process.Commands;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Builds parts with the Go tool, all in one call so that shared packages are compiled once. */
record GoBuild(GoSources sources) {
    /** How the names of folders begin that a build or a download works in; one that was killed leaves it. */
    static final String WORK = "work-";

    private static final int MAJOR = 1;
    private static final int MINOR = 26;
    private static final Pattern PACKAGE = Pattern.compile("[\\w.-]+(/[\\w.@~-]+)*");
    private static final String REMEDY =
            "install Go 1.26 or newer, or name a folder with the programs in PLINTH_PARTS; an existing cluster works through KUBECONFIG";

    /** Builds the parts and moves them into {@code cache} when all are there. */
    void into(Path cache, Set<Part> parts, Progress progress) throws IOException {
        var go = requireGo();
        var packages = parts.stream().map(Part::goPackage).distinct().toList();
        var work = Files.createTempDirectory(Files.createDirectories(cache.getParent()), WORK);
        try {
            sources.writeTo(work);
            var started = Instant.now();
            if (packages.contains(Part.KUBE)) {
                progress.done("Building Kubernetes %s from source (about 13 minutes on two cores, once)"
                        .formatted(kubernetes()));
            }
            progress.now("Fetching the Go modules");
            var total = run(go, work, command(go, "list", List.of("-deps"), packages), progress::now).stream()
                    .filter(PACKAGE.asMatchPredicate())
                    .count();
            var bin = Files.createDirectory(work.resolve("bin"));
            var compiled = new int[1];
            run(
                    go,
                    work,
                    command(go, "build", List.of("-v", "-trimpath", "-ldflags", flags(), "-o", bin + "/"), packages),
                    line -> {
                        if (PACKAGE.matcher(line).matches()) {
                            compiled[0]++;
                            progress.now(
                                    "Building",
                                    (double) compiled[0] / Math.max(1, total),
                                    "%d of %d packages, %s".formatted(compiled[0], total, elapsed(started)));
                        }
                    });
            publish(bin, cache, parts);
            progress.done("Built %d programs in %s".formatted(packages.size(), elapsed(started)));
        } finally {
            Trees.delete(work);
        }
    }

    /** Links appear last: a program is either whole in the cache or not there. */
    private static void publish(Path bin, Path cache, Set<Part> parts) throws IOException {
        Files.createDirectories(cache);
        try (var built = Files.list(bin)) {
            for (var program : built.toList()) {
                Files.move(program, cache.resolve(program.getFileName()), StandardCopyOption.ATOMIC_MOVE);
            }
        }
        for (var part : parts) {
            if (part.goPackage().equals(Part.KUBE)) {
                var link = cache.resolve(part.program());
                Files.deleteIfExists(link);
                Files.createSymbolicLink(link, Path.of("kube"));
            }
        }
    }

    private static List<String> command(Path go, String verb, List<String> options, List<String> packages) {
        var command = new ArrayList<>(List.of(go.toString(), verb));
        command.addAll(options);
        command.addAll(packages);
        return command;
    }

    private String kubernetes() {
        return sources.version("k8s.io/kubernetes");
    }

    private String flags() {
        var number = kubernetes().substring(1).split("\\.");
        return "-s -w -X %1$sgitVersion=%2$s -X %1$sgitMajor=%3$s -X %1$sgitMinor=%4$s"
                .formatted("k8s.io/component-base/version.", kubernetes(), number[0], number[1]);
    }

    private static List<String> run(Path go, Path folder, List<String> command, Consumer<String> watcher)
            throws IOException {
        var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("CGO_ENABLED", "0");
        builder.environment().put("GOFLAGS", "");
        builder.environment().put("GOWORK", "off");
        // Removed with the folder, also after a kill.
        builder.environment().put("GOTMPDIR", folder.toString());
        var process = builder.start();
        var lines = new ArrayList<String>();
        var tail = new ArrayDeque<String>();
        try (var reader = process.inputReader(StandardCharsets.UTF_8)) {
            reader.lines().forEach(line -> {
                lines.add(line);
                tail.add(line);
                if (tail.size() > 5) {
                    tail.remove();
                }
                watcher.accept(line);
            });
            if (process.waitFor() != 0) {
                throw new TestbedException("%s %s failed: %s".formatted(go, command.get(1), String.join(" | ", tail)));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new TestbedException("the build was interrupted", e);
        }
        return lines;
    }

    /** @throws TestbedException if there is no Go, or one too old */
    static Path requireGo() {
        var go = Commands.find("go")
                .or(() -> Optional.of(Path.of("/usr/local/go/bin/go")).filter(Files::isExecutable))
                .orElseThrow(() -> new TestbedException("Go is absent: " + REMEDY));
        var said = Commands.run(List.of(go.toString(), "env", "GOVERSION")).strip();
        var version = Pattern.compile("go(\\d+)\\.(\\d+).*").matcher(said);
        if (!version.matches()
                || Integer.parseInt(version.group(1)) != MAJOR
                || Integer.parseInt(version.group(2)) < MINOR) {
            throw new TestbedException("Go is too old (%s at %s): %s".formatted(said, go, REMEDY));
        }
        return go;
    }

    private static String elapsed(Instant since) {
        var time = Duration.between(since, Instant.now());
        return "%d:%02d".formatted(time.toMinutes(), time.toSecondsPart());
    }
}
