package dev.plinth.api.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/** Every generated file: its path from the root of the repository, and what stands in it. */
final class Generated {
    private static final String HEADER =
            "# Generated from the Java types in crds/; after a change there run: make crds\n";
    private static final String MANIFEST_HEADER =
            "# Generated from charts/ and the Java types in crds/; after a change there run: make crds\n";

    private Generated() {}

    static Map<Path, String> files() {
        var crds = Crds.all();
        var files = new TreeMap<Path, String>();
        for (ObjectNode crd : crds) {
            var name = crd.at("/metadata/name").asText();
            files.put(Path.of("crds/src/main/resources/META-INF/plinth", name + "-v1.yaml"), HEADER + Yaml.write(crd));
            files.put(Path.of("charts/plinth-crds/templates", name + ".yaml"), HEADER + Charts.template(crd));
        }
        files.put(Path.of("charts/install.yaml"), MANIFEST_HEADER + Charts.installManifest(crds));
        files.put(Path.of("docs/reference/api.md"), Reference.markdown(crds));
        return Collections.unmodifiableMap(files);
    }
}
