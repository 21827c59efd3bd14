package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** One variable of the environment: a value, or where the value comes from. */
@ApiPart
@ValidationRule(
        value = "!(has(self.value) && has(self.valueFrom))",
        message = "Set either value or valueFrom, not both.")
public record EnvVar(
        @Required
        @Size(min = 1, max = Rules.NAME)
        @JsonPropertyDescription("Name of the variable.")
        @ValidationRule(
                value = "self.matches('^[-._a-zA-Z][-._a-zA-Z0-9]*$')",
                message = "Write a name of letters, digits, '_', '-' and '.' that does not start with a digit.")
        String name,

        @Size(max = Rules.SCRIPT) @JsonPropertyDescription("Value of the variable. Default: empty.") @Nullable
        String value,

        @JsonPropertyDescription("Where the value comes from, instead of value. Default: none.") @Nullable
        ValueSource valueFrom) {

    /** A variable with a plain value. */
    public static EnvVar of(String name, String value) {
        return new EnvVar(name, value, null);
    }

    /** Where a value comes from. Exactly one component is present. */
    @ApiPart
    @ValidationRule(
            value =
                    "[has(self.fieldRef), has(self.secretKeyRef), has(self.configMapKeyRef)].filter(chosen, chosen).size() == 1",
            message = "Set exactly one of fieldRef, secretKeyRef and configMapKeyRef.")
    public record ValueSource(
            @JsonPropertyDescription("A field of the pod. Default: none; exactly one source is set.") @Nullable
            FieldRef fieldRef,

            @JsonPropertyDescription(
                    "A key of a Secret in the same namespace. Default: none; exactly one source is set.")
            @Nullable
            SecretKeyRef secretKeyRef,

            @JsonPropertyDescription(
                    "A key of a ConfigMap in the same namespace. Default: none; exactly one source is set.")
            @Nullable
            ConfigMapKeyRef configMapKeyRef) {}

    /** A field of the pod. */
    @ApiPart
    public record FieldRef(
            @Required
            @Size(min = 1, max = 512)
            @JsonPropertyDescription("Path of the field, for example spec.nodeName or metadata.labels['team'].")
            @ValidationRule(
                    value =
                            "self.matches(\"^(metadata[.](name|namespace|uid|(labels|annotations)\\\\['[^']+'\\\\])|spec[.](nodeName|serviceAccountName)|status[.](hostIPs?|podIPs?))$\")",
                    message =
                            "Write metadata.name, .namespace, .uid, .labels['KEY'] or .annotations['KEY'], spec.nodeName, spec.serviceAccountName, status.hostIP or status.podIP.")
            String fieldPath) {}

    /** A key of a Secret. */
    @ApiPart
    public record SecretKeyRef(
            @Required @Size(min = 1, max = Rules.NAME) @JsonPropertyDescription("Name of the Secret.")
            String name,

            @Required @Size(min = 1, max = Rules.NAME) @JsonPropertyDescription("The key in its data.")
            String key,

            @Default("false")
            @JsonPropertyDescription("Whether the pod may start without the Secret or its key. Default: false.")
            boolean optional) {}

    /** A key of a ConfigMap. */
    @ApiPart
    public record ConfigMapKeyRef(
            @Required @Size(min = 1, max = Rules.NAME) @JsonPropertyDescription("Name of the ConfigMap.")
            String name,

            @Required @Size(min = 1, max = Rules.NAME) @JsonPropertyDescription("The key in its data.")
            String key,

            @Default("false")
            @JsonPropertyDescription("Whether the pod may start without the ConfigMap or its key. Default: false.")
            boolean optional) {}
}
