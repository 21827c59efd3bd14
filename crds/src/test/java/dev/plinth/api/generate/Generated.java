package dev.plinth.api.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Every generated file: its path from the root of the repository, and what stands in it. */
final class Generated {
    /** The root of the repository. */
    static final Path ROOT = root(Path.of("").toAbsolutePath());

    private static final String HEADER =
            "# Generated from the Java types in crds/; after a change there run: make crds\n";

    private Generated() {}

    static Map<Path, String> files() {
        var files = new TreeMap<Path, String>();
        for (ObjectNode crd : Crds.all()) {
            var name = crd.at("/metadata/name").asText();
            files.put(Path.of("crds/src/main/resources/META-INF/plinth", name + "-v1.yaml"), HEADER + Yaml.write(crd));
        }
        return Collections.unmodifiableMap(files);
    }

    private static Path root(@Nullable Path folder) {
        if (folder == null) {
            throw new IllegalStateException("Run this inside a checkout: no folder above has .mvn");
        }
        return Files.isDirectory(folder.resolve(".mvn")) ? folder : root(folder.getParent());
    }
}
