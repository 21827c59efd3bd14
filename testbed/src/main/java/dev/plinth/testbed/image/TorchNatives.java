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
 * libtorch unpacked, so that a pod neither pays for unpacking it nor needs disk to do so.
 *
 * @param folder where the libraries are
 * @param environment what tells DJL to use them and never to fetch any
 */
record TorchNatives(Path folder, Map<String, String> environment) {
    static final String IN_IMAGE = "/opt/djl";

    /** As {@code fetch-torch-cuda.sh} fetches it, and DJL's binding expects it. */
    private static final String CUDA_VERSION = "2.7.1";

    private static final Pattern JAR = Pattern.compile("(?:.*[.-])?pytorch-native-cpu-([0-9.]+)-linux-.*\\.jar");
    private static final Pattern SHARED_OBJECT = Pattern.compile(".*\\.so[.0-9]*");
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
        var environment = environment(IN_IMAGE, name.group(1));
        environment.put("PYTORCH_FLAVOR", "cpu");
        return new TorchNatives(folder, environment);
    }

    /**
     * Python's packages of PyTorch and CUDA, of which only the shared libraries are taken: they find each other by their folders. The
     * runtime chooses DJL's binding when it starts, since the one with CUDA needs a driver.
     */
    static TorchNatives forCuda(Path packages) {
        var environment = environment(IN_IMAGE + "/torch/lib", CUDA_VERSION);
        environment.put("NVIDIA_DRIVER_CAPABILITIES", "compute,utility");
        // No compiling of fused operations while requests wait.
        environment.put("PYTORCH_TENSOREXPR", "0");
        return new TorchNatives(packages, environment);
    }

    static boolean isLibrary(Path file) {
        return SHARED_OBJECT.matcher(file.getFileName().toString()).matches();
    }

    static boolean isCpuJar(Path jar) {
        return JAR.matcher(jar.getFileName().toString()).matches();
    }

    private static Map<String, String> environment(String libraries, String version) {
        var environment = new LinkedHashMap<String, String>();
        environment.put("DJL_OFFLINE", "true");
        environment.put("PYTORCH_LIBRARY_PATH", libraries);
        environment.put("PYTORCH_VERSION", version);
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
