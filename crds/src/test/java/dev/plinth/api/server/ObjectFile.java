package dev.plinth.api.server;

import dev.plinth.api.generate.Repository;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** A file of the table: an object, or one before and after a change; a refused one begins with the message as comment. */
record ObjectFile(String name, String text) {
    static final Path RESOURCES = Repository.ROOT.resolve("crds/src/test/resources");
    private static final Path FOLDER = RESOURCES.resolve("objects");

    static Stream<ObjectFile> in(String folder) {
        try (var files = Files.list(FOLDER.resolve(folder))) {
            return files
                    .filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .map(ObjectFile::read)
                    .toList()
                    .stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectFile read(Path file) {
        try {
            return new ObjectFile(FOLDER.relativize(file).toString(), Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the API server says when it refuses the object. */
    String message() {
        return text.lines()
                .takeWhile(line -> line.startsWith("# "))
                .map(line -> line.substring(2))
                .findFirst()
                .orElseThrow();
    }

    List<GenericKubernetesResource> objects() {
        var serialization = new KubernetesSerialization();
        return Arrays.stream(text.split("\n---\n"))
                .map(document -> inDefault(serialization.unmarshal(document, GenericKubernetesResource.class)))
                .toList();
    }

    private static GenericKubernetesResource inDefault(GenericKubernetesResource object) {
        if (!object.getKind().equals("ClusterTopology")) {
            object.getMetadata().setNamespace("default");
        }
        return object;
    }

    @Override
    public String toString() {
        return name;
    }
}
