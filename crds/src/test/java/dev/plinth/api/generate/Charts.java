package dev.plinth.api.generate;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.nio.file.Path;
import java.util.List;

/**
 * The charts, and the one manifest that is made of them. The templates of {@code charts/plinth} are written by hand;
 * those of {@code charts/plinth-crds} are the definitions.
 */
final class Charts {
    static final Path OPERATOR = Repository.ROOT.resolve("charts/plinth");
    static final Path DEFINITIONS = Repository.ROOT.resolve("charts/plinth-crds");
    static final String NAMESPACE = "plinth-system";

    private static final String KUBERNETES = "1.37.2";

    private static final String NAMESPACE_MANIFEST = """
            apiVersion: v1
            kind: Namespace
            metadata:
              name: plinth-system
              labels:
                app.kubernetes.io/part-of: plinth
                pod-security.kubernetes.io/enforce: restricted
            """;

    private Charts() {}

    /** A definition as a template of {@code charts/plinth-crds}: it survives the release unless told otherwise. */
    static String template(ObjectNode crd) {
        var head = """
                  labels:
                    app.kubernetes.io/part-of: plinth
                  {{- if .Values.keep }}
                  annotations:
                    helm.sh/resource-policy: keep
                  {{- end }}
                """;
        return Yaml.write(crd).replaceFirst("(?m)^spec:$", head + "spec:");
    }

    /** Everything that {@code kubectl apply} needs: namespace, definitions, operator with the default values. */
    static String installManifest(List<ObjectNode> crds) {
        var documents = new StringBuilder(NAMESPACE_MANIFEST);
        crds.forEach(crd -> documents.append("---\n").append(labelled(crd)));
        return documents.append(render(new Helm(OPERATOR).template())).toString();
    }

    /** What Helm makes of a chart, without its comments about files. */
    static String render(TemplateCommand command) {
        var rendered = command.withName("plinth")
                .withNamespace(NAMESPACE)
                .withKubeVersion(KUBERNETES)
                .call();
        return rendered.replaceAll("(?m)^# Source: .*\n", "").stripTrailing() + "\n";
    }

    private static String labelled(ObjectNode crd) {
        var copy = crd.deepCopy();
        ((ObjectNode) copy.required("metadata")).putObject("labels").put("app.kubernetes.io/part-of", "plinth");
        return Yaml.write(copy);
    }
}
