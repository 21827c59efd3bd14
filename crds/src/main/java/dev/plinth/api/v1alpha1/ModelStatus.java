package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator sees of a model. */
@ApiPart
public record ModelStatus(
        @JsonPropertyDescription("The metadata.generation this status was made from.") @Nullable
        Long observedGeneration,

        @JsonPropertyDescription("Ready, with the reason and a message that says what to do.")
        List<Condition> conditions) {

    public ModelStatus {
        conditions = Copies.of(conditions);
    }
}
