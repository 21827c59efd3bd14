package dev.plinth.testbed.cli;

import dev.plinth.testbed.Caches;
import dev.plinth.testbed.Progress;
import dev.plinth.testbed.TestbedException;
import dev.plinth.testbed.image.Images;
import dev.plinth.testbed.image.TorchImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "image",
        description = "Build images and load them into the real nodes.",
        mixinStandardHelpOptions = true)
final class ImageCommand {
    private static final List<String> DEFAULT = List.of("runtime", "operator");

    @Command(
            name = "load",
            description = {
                "Load image archives into every real node; one that is off loads them when it starts.",
                "A pod uses a loaded image unless its imagePullPolicy is Always, which is the default for the tag latest."
            },
            mixinStandardHelpOptions = true)
    int load(
            @Mixin ClusterName name,
            @Parameters(
                            paramLabel = "FILE",
                            arity = "1..*",
                            description = "As docker save writes it, or an OCI archive.")
                    List<Path> archives) {
        var cluster = Background.attach(name.value);
        var progress = Progress.to(System.out, System.console() != null);
        archives.forEach(archive -> cluster.loadImage(archive, progress));
        return 0;
    }

    @Command(
            name = "build",
            description = {
                "Build image archives without a daemon or a registry; without a name runtime and operator.",
                "runtime, operator: what the build made, packed anew.",
                "runtime-cuda: the runtime with libtorch for CUDA, 5 GB.",
                "base, torch: what runtime and operator stand on, and PyTorch from Debian's packages for samples/torchrun-job.yaml; "
                        + "costly, so built once and kept in ~/.cache/plinth/images."
            },
            mixinStandardHelpOptions = true)
    int build(
            @Option(
                            names = "--runtime",
                            paramLabel = "FOLDER",
                            description = "Jars of the runtime; default: ${DEFAULT-VALUE}.",
                            defaultValue = "runtime-image/server/target/libs")
                    Path runtime,
            @Option(
                            names = "--operator",
                            paramLabel = "FOLDER",
                            description = "Fast-jar of the operator; default: ${DEFAULT-VALUE}.",
                            defaultValue = "operator/controller/target/quarkus-app")
                    Path operator,
            @Option(
                            names = "--output",
                            paramLabel = "FOLDER",
                            description = "Where the archives of runtime and operator go; default: ${DEFAULT-VALUE}.",
                            defaultValue = "target/images")
                    Path output,
            @Option(
                            names = "--cuda",
                            paramLabel = "FOLDER",
                            description = "PyTorch for CUDA; default: where runtime-image/fetch-torch-cuda.sh puts it.")
                    Optional<Path> cuda,
            @Parameters(
                            paramLabel = "IMAGE",
                            arity = "0..*",
                            description = "runtime, runtime-cuda, operator, base or torch.")
                    List<String> images) {
        var progress = Progress.to(System.out, System.console() != null);
        var archives = new ArrayList<String>();
        for (var image : images == null || images.isEmpty() ? DEFAULT : images) {
            var archive = output.resolve(image + ".tar");
            var built = switch (image) {
                case "base" -> Images.base(progress);
                case "runtime" -> Images.runtime(runtime, archive, progress);
                case "runtime-cuda" ->
                    Images.cudaRuntime(
                            runtime,
                            cuda.orElseGet(() -> Caches.root().resolve("torch-cuda-2.7.1")),
                            archive,
                            progress);
                case "operator" -> Images.operator(operator, archive, progress);
                case "torch" -> TorchImage.build(progress);
                default ->
                    throw new TestbedException(
                            "there is no image named %s; there are base, runtime, runtime-cuda, operator and torch"
                                    .formatted(image));
            };
            progress.done("The image %s is in %s".formatted(image, built));
            archives.add(built.toString());
        }
        System.out.println("Load into the nodes of a cluster with: testbed/plinth-testbed image load --name plinth "
                + String.join(" ", archives));
        return 0;
    }
}
