package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Taints that are tolerated. */
@ApiPart
@ValidationRule(
        value = "self.operator == 'Exists' ? !has(self.value) : has(self.key)",
        message = "With operator Exists remove value; with operator Equal set key.")
@ValidationRule(
        value = "!has(self.tolerationSeconds) || (has(self.effect) && self.effect == 'NoExecute')",
        fieldPath = ".tolerationSeconds",
        message = "Set effect: NoExecute: only such taints are tolerated for a time.")
public record Toleration(
        @Size(min = 1, max = 317)
        @JsonPropertyDescription("Key of the taint. Default: every key, with operator Exists.")
        @Nullable
        String key,

        @Default("Equal") @JsonPropertyDescription("Equal: the value must be equal. Exists: any value. Default: Equal.")
        Operator operator,

        @Size(max = Rules.LABEL)
        @JsonPropertyDescription("Value of the taint, with operator Equal. Default: empty.")
        @Nullable
        String value,

        @JsonPropertyDescription("Effect of the taint. Default: every effect.") @Nullable
        Effect effect,

        @JsonPropertyDescription("Seconds that a NoExecute taint is tolerated. Default: for ever.") @Nullable
        Long tolerationSeconds) {

    public Toleration {
        operator = operator == null ? Operator.Equal : operator;
    }

    /** How the value of a taint is compared. */
    public enum Operator {
        Equal,
        Exists
    }

    /** What a taint does to pods. */
    public enum Effect {
        NoSchedule,
        PreferNoSchedule,
        NoExecute
    }
}
