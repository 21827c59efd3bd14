package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

/** When a member counts as lost, and how often the gang is repaired. */
@ApiPart
public record RecoveryPolicy(
        @Min(0)
        @Default("10")
        @JsonPropertyDescription("Number of repairs; the fault after the last of them fails the gang. Default: 10.")
        int maxRestarts,

        @Min(1)
        @Max(86_400)
        @Default("10")
        @JsonPropertyDescription(
                "Seconds after which a member that reported before and is silent now is suspect. Default: 10.")
        int silenceSeconds) {

    /** The defaults of the schema. */
    public static final RecoveryPolicy DEFAULT = new RecoveryPolicy(10, 10);
}
