package dev.plinth.api.generate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.function.UnaryOperator;

/** The reference of the API for people: a table of all fields of each kind, in Markdown. */
final class Reference {
    private static final String HEAD = """
            <!-- Generated from the Java types in crds/; after a change there run: make crds -->
            # API reference: plinth.dev/v1alpha1

            `kubectl explain trainingjob.spec --recursive` shows the same in a terminal. A field marked * must be set. `[]` stands for
            the items of a list, `[*]` for the values of a map. Decimal numbers are text and stand in quotes.
            """;

    private Reference() {}

    static String markdown(List<ObjectNode> crds) {
        var page = new StringBuilder(HEAD);
        crds.forEach(crd -> kind(page, crd));
        return page.toString();
    }

    private static void kind(StringBuilder page, ObjectNode crd) {
        var root = Schema.of(crd);
        page.append("\n## ").append(root.name()).append("\n\n").append(root.text("description"));
        page.append("\n\n`kubectl get %s` (%s); %s.\n"
                .formatted(
                        crd.at("/spec/names/plural").asText(),
                        crd.at("/spec/names/shortNames/0").asText(),
                        crd.at("/spec/scope").asText().equals("Cluster")
                                ? "one for the cluster"
                                : "lives in a namespace"));
        for (String part : List.of("spec", "status")) {
            var prefix = root.name() + "." + part;
            page.append("\n### %s\n\n| field | type | meaning |\n|---|---|---|\n".formatted(prefix));
            root.fields()
                    .filter(field -> field.path().startsWith(prefix + "."))
                    .forEach(field -> page.append("| `%s`%s | %s | %s |\n"
                            .formatted(
                                    field.path().substring(prefix.length() + 1),
                                    field.required() ? " *" : "",
                                    type(field.node()),
                                    field.text("description").replace("|", "\\|"))));
            rules(page, root, prefix);
        }
    }

    private static void rules(StringBuilder page, Schema root, String prefix) {
        var rules = root.all()
                .filter(schema -> schema.path().startsWith(prefix))
                .filter(schema -> schema.keys().contains("x-kubernetes-validations"))
                .toList();
        if (rules.isEmpty()) {
            return;
        }
        page.append("\nWhat is refused, and what to do then:\n\n");
        for (Schema schema : rules) {
            for (JsonNode rule : schema.node().path("x-kubernetes-validations")) {
                page.append("- `%s%s`: %s\n"
                        .formatted(
                                schema.path().substring(root.name().length() + 1),
                                rule.path("fieldPath").asText(),
                                rule.path("message").asText()));
            }
        }
    }

    private static String type(JsonNode node) {
        UnaryOperator<String> of = key -> type(node.path(key));
        if (node.has("x-kubernetes-int-or-string")) {
            return "quantity";
        }
        if (node.has("enum")) {
            return String.join(
                    " or ",
                    node.path("enum").valueStream().map(JsonNode::asText).toList());
        }
        return switch (node.path("type").asText()) {
            case "array" -> "list of " + of.apply("items");
            case "object" -> node.has("additionalProperties") ? "map to " + of.apply("additionalProperties") : "object";
            case "string" -> node.path("format").asText().equals("date-time") ? "time" : "string";
            default -> node.path("type").asText();
        };
    }
}
