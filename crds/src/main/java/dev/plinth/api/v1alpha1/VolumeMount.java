package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Where a volume appears in the container. */
@ApiPart
public record VolumeMount(
        @Required
        @Size(min = 1, max = 512)
        @JsonPropertyDescription("Absolute path in the container.")
        @ValidationRule(value = Rules.ABSOLUTE_PATH, message = Rules.ABSOLUTE_PATH_SAYS)
        String mountPath,

        @Required @Size(min = 1, max = Rules.LABEL) @JsonPropertyDescription("Name of the volume.")
        String name,

        @Size(max = 512) @JsonPropertyDescription("Path inside the volume. Default: its root.") @Nullable
        String subPath,

        @Default("false") @JsonPropertyDescription("Whether the container may only read. Default: false.")
        boolean readOnly) {}
