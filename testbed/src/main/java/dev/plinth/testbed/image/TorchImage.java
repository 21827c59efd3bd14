package dev.plinth.testbed.image;

import dev.plinth.testbed.Caches;
import dev.plinth.testbed.Progress;
import dev.plinth.testbed.Trees;
import dev.plinth.testbed.parts.DebianPackages;
import dev.plinth.testbed.process.Commands;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Python with PyTorch for the CPU, from the packages of Debian or Ubuntu: for jobs of torchrun. It is a whole root file
 * system with links, which Jib does not pack, so the archive is written here.
 */
public final class TorchImage {
    public static final String NAME = "plinth.dev/torch:dev";

    private static final List<String> PACKAGES = List.of("python3-torch", "python3-numpy", "dash", "coreutils", "bash");
    /** What Debian chooses by running scripts at installation: which of several linear algebra libraries is meant. */
    private static final Map<String, String> ALTERNATIVES = Map.of(
            "libblas.so.3", "blas/libblas.so.3",
            "liblapack.so.3", "lapack/liblapack.so.3");

    /** Counted up when the image of the same packages is made in another way. */
    private static final int RECIPE = 2;

    private TorchImage() {}

    /** Builds the archive, or finds it in the cache. */
    public static Path build(Progress progress) {
        var archive = Caches.folder("images").resolve("torch-%d.tar".formatted(RECIPE));
        if (Files.exists(archive)) {
            return archive;
        }
        var packages = Caches.folder("torch-packages");
        var root = new DebianPackages(packages).unpackAll(PACKAGES, progress);
        progress.now("Packing " + NAME);
        try {
            finish(root);
            var work = Files.createTempDirectory(Caches.folder("images"), "torch-");
            try {
                Files.move(pack(root, work), archive, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Trees.delete(work);
            }
            // The archive has it all; the packages are five times as large as what is needed again.
            Trees.delete(packages);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        progress.done("Built " + NAME);
        return archive;
    }

    private static void finish(Path root) throws IOException {
        for (var choice : ALTERNATIVES.entrySet()) {
            try (var tree = Files.walk(root.resolve("usr/lib"))) {
                for (var library :
                        tree.filter(file -> file.endsWith(choice.getValue())).toList()) {
                    var folder = Optional.ofNullable(library.getParent())
                            .map(Path::getParent)
                            .orElseThrow();
                    var link = folder.resolve(choice.getKey());
                    if (!Files.exists(link)) {
                        Files.createSymbolicLink(link, folder.relativize(library));
                    }
                }
            }
        }
        letTorchrunStart(root);
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(
                root.resolve("etc/passwd"),
                "root:x:0:0:root:/root:/bin/sh\nplinth:x:65532:65532:plinth:/tmp:/bin/sh\n");
        Files.writeString(root.resolve("etc/group"), "root:x:0:\nplinth:x:65532:\n");
        Files.writeString(root.resolve("etc/nsswitch.conf"), "passwd: files\ngroup: files\nhosts: files dns\n");
        Commands.run(List.of("install", "-d", "-m", "1777", root.resolve("tmp").toString()));
    }

    /**
     * PyTorch 1.13 looks for the flag of value 0 by iterating over its flags, which since Python 3.11 leaves that one out: without
     * this, torchrun ends with "'NoneType' object has no attribute 'get'".
     */
    private static void letTorchrunStart(Path root) throws IOException {
        var file = root.resolve("usr/lib/python3/dist-packages/torch/distributed/elastic/multiprocessing/api.py");
        if (Files.exists(file)) {
            var source = Files.readString(file);
            Files.writeString(file, source.replace("for s in Std:", "for s in Std.__members__.values():"));
        }
    }

    /** An archive as {@code docker load} takes it: one layer, its configuration, and a manifest that names both. */
    private static Path pack(Path root, Path work) throws IOException {
        var layer = work.resolve("layer.tar");
        Commands.run(List.of(
                "tar",
                "--owner=0",
                "--group=0",
                "--numeric-owner",
                "--sort=name",
                "--mtime=@0",
                "--exclude=./usr/share/doc",
                "--exclude=./usr/share/man",
                "--exclude=./usr/share/locale",
                "--exclude=./usr/include",
                "-C",
                root.toString(),
                "-cf",
                layer.toString(),
                "."));
        var digest = Commands.run(List.of("sha256sum", layer.toString())).split(" ", 2)[0];
        var architecture = "aarch64".equals(System.getProperty("os.arch")) ? "arm64" : "amd64";
        Files.writeString(work.resolve("config.json"), """
                {"architecture":"%s","os":"linux","created":"1970-01-01T00:00:00Z",
                 "config":{"User":"65532:65532","Env":["PATH=/usr/bin:/bin","HOME=/tmp","LANG=C.UTF-8"],"Cmd":["/usr/bin/python3"]},
                 "rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}
                """.formatted(architecture, digest));
        Files.writeString(work.resolve("manifest.json"), """
                [{"Config":"config.json","RepoTags":["%s"],"Layers":["layer.tar"]}]
                """.formatted(NAME));
        var archive = work.resolve("image.tar");
        Commands.run(List.of(
                "tar", "-C", work.toString(), "-cf", archive.toString(), "manifest.json", "config.json", "layer.tar"));
        return archive;
    }
}
