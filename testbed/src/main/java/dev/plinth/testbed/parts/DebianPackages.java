package dev.plinth.testbed.parts;

import dev.plinth.testbed.Caches;
import dev.plinth.testbed.Progress;
import dev.plinth.testbed.TestbedException;
import dev.plinth.testbed.process.Commands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Unpacks packages of the machine's Debian or Ubuntu into a folder, without installing them. */
public final class DebianPackages {
    private final Path folder;

    public DebianPackages(Path folder) {
        this.folder = folder;
    }

    /**
     * Unpacks the packages and those of their dependencies that the machine lacks.
     *
     * @return the folder that they are unpacked under, as if it were the root
     */
    public Path unpackMissing(List<String> packages, Progress progress) {
        return unpack(packages, List.of(), progress);
    }

    /** Unpacks the packages and all their dependencies, whatever the machine has. */
    public Path unpackAll(List<String> packages, Progress progress) {
        try {
            Files.createDirectories(folder);
            var nothing = Files.write(folder.resolve("status"), new byte[0]);
            return unpack(packages, List.of("-o", "Dir::State::status=" + nothing), progress);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path unpack(List<String> packages, List<String> options, Progress progress) {
        return Caches.exclusively("packages", () -> unpackAlone(packages, options, progress));
    }

    private Path unpackAlone(List<String> packages, List<String> options, Progress progress) {
        var root = folder.resolve("root");
        if (Files.isDirectory(root)) {
            return root;
        }
        if (Commands.find("apt-get").isEmpty() || Commands.find("dpkg-deb").isEmpty()) {
            throw new TestbedException(
                    "this machine lacks %s and has no apt-get to fetch them: install them with its package manager"
                            .formatted(String.join(", ", packages)));
        }
        progress.now("Fetching packages: " + String.join(", ", packages));
        try {
            var archives = Files.createDirectories(folder.resolve("archives"));
            Files.createDirectories(archives.resolve("partial"));
            Files.createDirectories(folder.resolve("lists/partial"));
            download(packages, archives, options);
            var unpacked = Files.createTempDirectory(folder, "unpacked-");
            try (var debs = Files.list(archives)) {
                for (var deb :
                        debs.filter(each -> each.toString().endsWith(".deb")).toList()) {
                    Commands.run(List.of("dpkg-deb", "-x", deb.toString(), unpacked.toString()));
                }
            }
            Files.move(unpacked, root);
            progress.done("Fetched " + String.join(", ", packages));
            return root;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** With the machine's own package lists first, which may be absent or too old; then with fresh ones of our own. */
    private void download(List<String> packages, Path archives, List<String> options) {
        var common = Stream.concat(
                        Stream.of(
                                "-o",
                                "Debug::NoLocking=true",
                                "-o",
                                "Dir::Cache::archives=" + archives,
                                "-o",
                                "APT::Sandbox::User=root"),
                        options.stream())
                .toList();
        var own = List.of("-o", "Dir::State::lists=" + folder.resolve("lists"), "-o", "Dir::Cache=" + folder);
        var install = Stream.concat(
                        Stream.of("install", "--download-only", "--yes", "--no-install-recommends"), packages.stream())
                .toList();
        try {
            aptGet(common, List.of(), install);
        } catch (TestbedException stale) {
            aptGet(common, own, List.of("update"));
            aptGet(common, own, install);
        }
    }

    private static void aptGet(List<String> common, List<String> more, List<String> verb) {
        var command = new ArrayList<>(List.of("apt-get", "-qq"));
        command.addAll(common);
        command.addAll(more);
        command.addAll(verb);
        Commands.run(command);
    }
}
