package dev.plinth.testbed.image;

import dev.plinth.testbed.Caches;
import dev.plinth.testbed.Progress;
import dev.plinth.testbed.TestbedException;
import dev.plinth.testbed.parts.DebianPackages;
import dev.plinth.testbed.process.Commands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The libraries of this machine that a JVM and libtorch load. They fit the JDK that the runtime is linked from, and need
 * no package source; only what the machine lacks is fetched from its distribution.
 */
final class SharedLibraries {
    private static final List<String> NAMES = List.of(
            "libc.so.6",
            "libm.so.6",
            "libdl.so.2",
            "libpthread.so.0",
            "librt.so.1",
            "libresolv.so.2",
            "libnss_files.so.2",
            "libnss_dns.so.2",
            "libz.so.1",
            "libgcc_s.so.1",
            "libstdc++.so.6",
            "libgomp.so.1");
    private static final List<String> PACKAGES = List.of("libgcc-s1", "libstdc++6", "libgomp1", "zlib1g");
    private static final Pattern INDEX_LINE = Pattern.compile("\\s*(\\S+) \\((\\S+)\\) => (\\S+)");

    private SharedLibraries() {}

    /** Where each file lies in the image, and where its content is now. */
    static Map<Path, Path> find(Progress progress) {
        var found = new LinkedHashMap<Path, Path>();
        for (var name : NAMES) {
            var library = onThisMachine(name)
                    .or(() -> fromPackages(name, progress))
                    .orElseThrow(() -> new TestbedException(
                            "the images need the library %s, which this machine lacks".formatted(name)));
            found.put(library.inImage(), library.content());
        }
        var loader = loader();
        found.put(loader, loader);
        return found;
    }

    private record Library(Path inImage, Path content) {}

    private static Optional<Library> onThisMachine(String name) {
        var ldconfig = Commands.find("ldconfig").map(Path::toString).orElse("/sbin/ldconfig");
        return Commands.run(List.of(ldconfig, "-p"))
                .lines()
                .map(INDEX_LINE::matcher)
                .filter(line -> line.matches()
                        && line.group(1).equals(name)
                        && line.group(2).contains("-64"))
                .map(line -> Path.of(line.group(3)))
                .findFirst()
                .map(path -> new Library(path, path));
    }

    private static Optional<Library> fromPackages(String name, Progress progress) {
        var root = new DebianPackages(Caches.folder("image-libraries")).unpackMissing(PACKAGES, progress);
        try (var tree = Files.walk(root)) {
            return tree.filter(file -> file.getFileName().toString().equals(name))
                    .findFirst()
                    .map(file -> new Library(Path.of("/").resolve(root.relativize(file)), file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The program that loads the libraries; every program names it by its full path. */
    private static Path loader() {
        return List.of("/lib64/ld-linux-x86-64.so.2", "/lib/ld-linux-aarch64.so.1").stream()
                .map(Path::of)
                .filter(Files::exists)
                .findFirst()
                .orElseThrow(() -> new TestbedException("building images needs a machine with glibc"));
    }
}
