package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

/** When a member counts as lost, and how often the gang is repaired after faults of its own. */
@ApiPart
public record RecoveryPolicy(
        @Min(0)
        @Default("10")
        @JsonPropertyDescription(
                "Number of repairs after members failed or hung by themselves; the next such fault fails the gang, and so do three equal ones in a row. Lost nodes and deleted pods do not count: they are repaired as often as they happen. Default: 10.")
        int maxRestarts,

        @Min(1)
        @Max(86_400)
        @Default("10")
        @JsonPropertyDescription(
                "Seconds after which a member of the bundled trainer that reported before and is silent now is suspect; after three times as long it counts as hung. Other programs are not judged by their silence. Default: 10.")
        int silenceSeconds) {

    /** The defaults of the schema. */
    public static final RecoveryPolicy DEFAULT = new RecoveryPolicy(10, 10);
}
