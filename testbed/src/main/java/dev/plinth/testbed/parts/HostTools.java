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
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Programs that real nodes take from the Linux distribution: the container runtime's {@code runc} and kube-proxy's {@code nft}.
 * What the machine lacks is unpacked from the distribution's packages into the cache; nothing is installed.
 *
 * @param folders folders to put on the PATH
 * @param libraryIndex an {@code ld.so.cache} that knows the unpacked libraries too, if any were unpacked
 */
public record HostTools(List<Path> folders, Optional<Path> libraryIndex) {
    private static final List<String> PROGRAMS = List.of("runc", "nft");
    private static final List<String> PACKAGES = List.of("runc", "nftables");

    /** Finds the programs on this machine or fetches them. */
    public static HostTools resolve(Progress progress) {
        requireProgram("ip", "iproute2");
        requireProgram("nsenter", "util-linux");
        if (PROGRAMS.stream().allMatch(program -> Commands.find(program).isPresent())) {
            return new HostTools(List.of(), Optional.empty());
        }
        var packages = new DebianPackages(Caches.folder("host-tools"));
        var root = packages.unpackMissing(PACKAGES, progress);
        try {
            var libraries = libraryFolders(root);
            var settings = Files.writeString(
                    root.resolve("ld.so.conf"),
                    "include /etc/ld.so.conf.d/*.conf\n"
                            + String.join(
                                    "\n", libraries.stream().map(Path::toString).toList()) + "\n");
            var index = root.resolve("ld.so.cache");
            var ldconfig = Commands.find("ldconfig").map(Path::toString).orElse("/sbin/ldconfig");
            Commands.run(List.of(ldconfig, "-X", "-C", index.toString(), "-f", settings.toString()));
            return new HostTools(List.of(root.resolve("usr/sbin"), root.resolve("usr/bin")), Optional.of(index));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The path of a program. */
    public Path program(String name) {
        return folders.stream()
                .map(folder -> folder.resolve(name))
                .filter(Files::isExecutable)
                .findFirst()
                .or(() -> Commands.find(name))
                .orElseThrow(() -> new TestbedException(
                        name + " is absent from this machine and from its distribution's packages"));
    }

    /** A PATH on which these and the machine's own programs are found. */
    public String searchPath(Path... first) {
        var all = new ArrayList<>(List.of(first));
        all.addAll(folders);
        all.addAll(Stream.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
                .map(Path::of)
                .toList());
        return String.join(":", all.stream().map(Path::toString).toList());
    }

    private static List<Path> libraryFolders(Path root) throws IOException {
        try (var tree = Files.walk(root)) {
            return tree.filter(file -> file.getFileName().toString().contains(".so."))
                    .map(Path::getParent)
                    .distinct()
                    .sorted()
                    .toList();
        }
    }

    private static void requireProgram(String program, String from) {
        if (Commands.find(program).isEmpty()) {
            throw new TestbedException(
                    "real nodes need the program %s: install the package %s; a cluster of simulated nodes works without"
                            .formatted(program, from));
        }
    }
}
