package dev.plinth.testbed.image;

import dev.plinth.testbed.TestbedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.ZipFile;

/**
 * libtorch taken out of its jar, so that a pod neither pays for unpacking it nor needs disk to do so.
 *
 * @param folder where the libraries are
 * @param version of PyTorch
 */
record TorchNatives(Path folder, String version) {
    private static final Pattern JAR = Pattern.compile("(?:.*[.-])?pytorch-native-cpu-([0-9.]+)-linux-.*\\.jar");
    private static final Pattern LIBRARY = Pattern.compile("pytorch/cpu/linux-[^/]+/([^/]+\\.so[.0-9]*)");

    /** Extracts the libraries from the jar in {@code libs}, once per version. */
    static TorchNatives extract(Path libs, Path cache) throws IOException {
        var jar = find(libs)
                .orElseThrow(() -> new TestbedException(
                        "no pytorch-native-cpu jar for Linux in %s: package the runtime first".formatted(libs)));
        var name = JAR.matcher(jar.getFileName().toString());
        if (!name.matches()) {
            throw new IllegalStateException(jar.toString());
        }
        var folder = cache.resolve(name.group(1));
        if (!Files.isDirectory(folder)) {
            var partial = Files.createTempDirectory(cache, "partial-");
            unpack(jar, partial);
            Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
        }
        return new TorchNatives(folder, name.group(1));
    }

    boolean packedIn(Path jar) {
        return JAR.matcher(jar.getFileName().toString()).matches();
    }

    /** What tells DJL to use these libraries and never to fetch any. */
    Map<String, String> environment() {
        var environment = new LinkedHashMap<String, String>();
        environment.put("DJL_OFFLINE", "true");
        environment.put("PYTORCH_LIBRARY_PATH", "/opt/djl");
        environment.put("PYTORCH_VERSION", version);
        environment.put("PYTORCH_FLAVOR", "cpu");
        environment.put("DJL_CACHE_DIR", "/tmp/djl");
        environment.put("OMP_NUM_THREADS", "1");
        return environment;
    }

    private static Optional<Path> find(Path libs) throws IOException {
        try (var jars = Files.list(libs)) {
            return jars.filter(jar -> JAR.matcher(jar.getFileName().toString()).matches())
                    .sorted()
                    .findFirst();
        }
    }

    private static void unpack(Path jar, Path folder) throws IOException {
        try (var zip = new ZipFile(jar.toFile())) {
            for (var entry : zip.stream().toList()) {
                var library = LIBRARY.matcher(entry.getName());
                if (library.matches()) {
                    Files.copy(zip.getInputStream(entry), folder.resolve(library.group(1)));
                }
            }
        }
    }
}
