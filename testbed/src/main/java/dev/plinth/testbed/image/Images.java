package dev.plinth.testbed.image;

import static com.google.cloud.tools.jib.api.buildplan.AbsoluteUnixPath.get;

import com.google.cloud.tools.jib.api.JibContainerBuilder;
import com.google.cloud.tools.jib.api.buildplan.FileEntriesLayer;
import com.google.cloud.tools.jib.api.buildplan.FilePermissions;
import dev.plinth.testbed.Caches;
import dev.plinth.testbed.Progress;
import dev.plinth.testbed.TestbedException;
import dev.plinth.testbed.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** The images of Plinth, as archives that {@code image load} takes. All run as an ordinary user on a read-only root. */
public final class Images {
    public static final String BASE = "plinth.dev/base:dev";
    public static final String RUNTIME = "plinth.dev/runtime:dev";
    public static final String CUDA_RUNTIME = "plinth.dev/runtime-cuda:dev";
    public static final String OPERATOR = "plinth.dev/operator:dev";

    /** A process that lives on without memory answers nobody and is started again by nobody. */
    private static final String END_WHEN_OUT_OF_MEMORY = "-XX:+ExitOnOutOfMemoryError";

    private static final String LIBS = "/app/libs";
    private static final String USER = "65532:65532";
    private static final FilePermissions EXECUTABLE = FilePermissions.fromOctalString("755");
    private static final FilePermissions WRITABLE_BY_ALL = FilePermissions.fromOctalString("777");

    private Images() {}

    /** A Java runtime and the shared libraries that it and libtorch load, and nothing else: no shell. Kept in the cache. */
    public static Path base(Progress progress) {
        var libraries = SharedLibraries.find(progress);
        var archive = Caches.folder("images").resolve("base-%s.tar".formatted(fingerprint(libraries)));
        if (Files.exists(archive)) {
            return archive;
        }
        progress.now("Building the base image");
        try {
            var work = Files.createTempDirectory(Caches.folder("images"), "base-");
            try {
                var image = ImageTar.fromNothing()
                        .addFileEntriesLayer(system(work, libraries))
                        .addFileEntriesLayer(java(JavaRuntime.linked()))
                        .addEnvironmentVariable("PATH", "/opt/java/bin:/usr/bin:/bin")
                        .addEnvironmentVariable("JAVA_HOME", "/opt/java")
                        .addEnvironmentVariable("LANG", "C.UTF-8")
                        .setUser(USER);
                ImageTar.write(image, BASE, archive);
            } finally {
                Trees.delete(work);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        progress.done("Built " + BASE);
        return archive;
    }

    /**
     * The runtime that serves and trains.
     *
     * @param libs folder of all jars of its class path
     */
    public static Path runtime(Path libs, Path archive, Progress progress) {
        requireRuntime(libs);
        try {
            return runtime(
                    RUNTIME, TorchNatives.extract(libs, Caches.folder("images/natives")), libs, archive, progress);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The runtime with libtorch for CUDA, which serves on a GPU where its container was given one, else on the CPU.
     *
     * @param libs folder of all jars of its class path
     * @param torch folder that {@code runtime-image/fetch-torch-cuda.sh} filled
     */
    public static Path cudaRuntime(Path libs, Path torch, Path archive, Progress progress) {
        requireRuntime(libs);
        requireFolder(torch, "the libraries of PyTorch for CUDA", "sh runtime-image/fetch-torch-cuda.sh");
        return runtime(CUDA_RUNTIME, TorchNatives.forCuda(torch), libs, archive, progress);
    }

    private static void requireRuntime(Path libs) {
        requireFolder(libs, "the runtime's jars", "mvn package -pl runtime-image/server -am");
    }

    private static Path runtime(String name, TorchNatives natives, Path libs, Path archive, Progress progress) {
        var base = base(progress);
        progress.now("Building " + name);
        try {
            var jars = jars(libs);
            var work = Files.createTempDirectory(Caches.folder("images"), "runtime-");
            try {
                var startCache = StartCache.record(JavaRuntime.linked(), jars, work);
                ImageTar.write(runtime(base, libs, natives, jars, startCache), name, archive);
            } finally {
                Trees.delete(work);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        progress.done("Built " + name);
        return archive;
    }

    private static JibContainerBuilder runtime(
            Path base, Path libs, TorchNatives natives, List<Path> jars, Path startCache) throws IOException {
        return ImageTar.from(base)
                .addFileEntriesLayer(files("natives", natives.folder(), TorchNatives.IN_IMAGE, TorchNatives::isLibrary))
                .addFileEntriesLayer(
                        files("dependencies", libs, LIBS, jar -> !ours(jar) && !TorchNatives.isCpuJar(jar)))
                .addFileEntriesLayer(files("application", libs, LIBS, Images::ours))
                .addFileEntriesLayer(FileEntriesLayer.builder()
                        .setName("start")
                        .addEntry(startCache, get(StartCache.FILE))
                        .build())
                .setEnvironment(natives.environment())
                .addEnvironmentVariable("PATH", "/opt/java/bin:/usr/bin:/bin")
                .addEnvironmentVariable("JAVA_HOME", "/opt/java")
                .addEnvironmentVariable("LANG", "C.UTF-8")
                .setWorkingDirectory(get("/app"))
                .setEntrypoint(
                        "java",
                        END_WHEN_OUT_OF_MEMORY,
                        "-XX:AOTCache=" + StartCache.FILE,
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        StartCache.classPath(LIBS, jars),
                        "dev.plinth.server.Main")
                .setUser(USER);
    }

    private static List<Path> jars(Path libs) throws IOException {
        try (var files = Files.list(libs)) {
            return files.filter(file -> file.toString().endsWith(".jar") && !TorchNatives.isCpuJar(file))
                    .sorted()
                    .toList();
        }
    }

    /**
     * The operator.
     *
     * @param app Quarkus' fast-jar folder
     */
    public static Path operator(Path app, Path archive, Progress progress) {
        requireFolder(app, "the operator's application", "mvn package -pl operator/controller -am");
        var base = base(progress);
        progress.now("Building the operator image");
        try {
            var image = ImageTar.from(base)
                    .addFileEntriesLayer(files("libraries", app.resolve("lib"), "/app/lib", _ -> true))
                    .addFileEntriesLayer(
                            files("application", app, "/app", path -> !path.startsWith(app.resolve("lib"))))
                    .setWorkingDirectory(get("/app"))
                    .setEntrypoint("java", END_WHEN_OUT_OF_MEMORY, "-jar", "/app/quarkus-run.jar")
                    .setUser(USER);
            ImageTar.write(image, OPERATOR, archive);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        progress.done("Built " + OPERATOR);
        return archive;
    }

    private static FileEntriesLayer system(Path work, Map<Path, Path> libraries) throws IOException {
        var layer = FileEntriesLayer.builder().setName("system");
        for (var library : libraries.entrySet()) {
            layer.addEntry(library.getValue().toRealPath(), get(library.getKey().toString()), EXECUTABLE);
        }
        var etc = Map.of(
                "passwd", "root:x:0:0:root:/root:/sbin/nologin\nplinth:x:65532:65532:plinth:/tmp:/sbin/nologin\n",
                "group", "root:x:0:\nplinth:x:65532:\n",
                "nsswitch.conf", "passwd: files\ngroup: files\nhosts: files dns\n");
        for (var file : new java.util.TreeMap<>(etc).entrySet()) {
            layer.addEntry(
                    Files.writeString(work.resolve(file.getKey()), file.getValue()), get("/etc/" + file.getKey()));
        }
        var authorities = Path.of("/etc/ssl/certs/ca-certificates.crt");
        if (Files.exists(authorities)) {
            layer.addEntry(authorities, get(authorities.toString()));
        }
        layer.addEntry(Files.createDirectory(work.resolve("tmp")), get("/tmp"), WRITABLE_BY_ALL);
        return layer.build();
    }

    private static FileEntriesLayer java(Path runtime) throws IOException {
        return FileEntriesLayer.builder()
                .setName("java")
                .addEntryRecursive(
                        runtime,
                        get("/opt/java"),
                        (file, _) -> Files.isDirectory(file) || Files.isExecutable(file)
                                ? EXECUTABLE
                                : FilePermissions.DEFAULT_FILE_PERMISSIONS)
                .build();
    }

    private static FileEntriesLayer files(String name, Path folder, String target, Predicate<Path> wanted)
            throws IOException {
        var layer = FileEntriesLayer.builder().setName(name);
        try (var tree = Files.walk(folder)) {
            for (var file :
                    tree.filter(Files::isRegularFile).filter(wanted).sorted().toList()) {
                layer.addEntry(file, get(target + "/" + folder.relativize(file)));
            }
        }
        return layer.build();
    }

    /** Our own jars change with every build, the others rarely. */
    private static boolean ours(Path jar) {
        return jar.getFileName().toString().startsWith("plinth-");
    }

    private static String fingerprint(Map<Path, Path> libraries) {
        var inputs = new LinkedHashMap<String, String>();
        inputs.put("java", JavaRuntime.recipe());
        libraries.forEach((inImage, content) -> {
            try {
                inputs.put(inImage.toString(), content.toRealPath() + " " + Files.size(content));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return Integer.toHexString(inputs.hashCode());
    }

    private static void requireFolder(Path folder, String what, String remedy) {
        if (!Files.isDirectory(folder)) {
            throw new TestbedException("%s are not at %s: build them with: %s".formatted(what, folder, remedy));
        }
    }

    /** The images that {@code image build} makes. */
    public static List<String> names() {
        return List.of(RUNTIME, OPERATOR);
    }
}
