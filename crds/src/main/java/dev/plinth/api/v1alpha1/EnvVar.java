package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/** One variable of the environment: a value, or where the value comes from. */
@ApiPart
public record EnvVar(
        @Required @JsonPropertyDescription("Name of the variable.")
        String name,

        @JsonPropertyDescription("Value of the variable. Default: empty.") @Nullable
        String value,

        @JsonPropertyDescription("Where the value comes from, instead of value.") @Nullable
        ValueSource valueFrom) {

    /** A variable with a plain value. */
    public static EnvVar of(String name, String value) {
        return new EnvVar(name, value, null);
    }

    /** Where a value comes from. Exactly one component is present. */
    @ApiPart
    public record ValueSource(
            @JsonPropertyDescription("A field of the pod.") @Nullable
            FieldRef fieldRef,

            @JsonPropertyDescription("A key of a Secret in the same namespace.") @Nullable
            KeyRef secretKeyRef,

            @JsonPropertyDescription("A key of a ConfigMap in the same namespace.") @Nullable
            KeyRef configMapKeyRef) {}

    /** A field of the pod. */
    @ApiPart
    public record FieldRef(
            @Required @JsonPropertyDescription("Path of the field, for example spec.nodeName.")
            String fieldPath) {}

    /** A key of a Secret or ConfigMap. */
    @ApiPart
    public record KeyRef(
            @Required @JsonPropertyDescription("Name of the Secret or ConfigMap.")
            String name,

            @Required @JsonPropertyDescription("The key.") String key,

            @JsonPropertyDescription("Whether the pod may start without it. Default: false.") @Nullable
            Boolean optional) {}
}
