package dev.plinth.demo;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Applies the repository's samples as they are. */
final class Samples {
    private Samples() {}

    static void apply(KubernetesClient client, Path repository, String... samples) {
        for (String sample : samples) {
            try (InputStream yaml =
                    Files.newInputStream(repository.resolve("samples").resolve(sample))) {
                client.load(yaml)
                        .items()
                        .forEach(item -> client.resource(item)
                                .inNamespace("default")
                                .fieldManager("plinth-demo")
                                .forceConflicts()
                                .serverSideApply());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
