package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/** Where a volume appears in the container. */
@ApiPart
public record VolumeMount(
        @Required @JsonPropertyDescription("Absolute path in the container.")
        String mountPath,

        @Required @JsonPropertyDescription("Name of the volume.")
        String name,

        @JsonPropertyDescription("Path inside the volume. Default: its root.") @Nullable
        String subPath,

        @Default("false") @JsonPropertyDescription("Whether the container may only read. Default: false.")
        boolean readOnly) {}
