package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator sees of a model. */
@ApiPart
@JsonClassDescription("What the operator sees of the weights.")
public record ModelStatus(
        @JsonPropertyDescription("The metadata.generation this status was made from.") @Nullable
        Long observedGeneration,

        @ListMap("type")
        @Size(max = 16)
        @JsonPropertyDescription("Ready, with the reason and a message that says what to do.")
        List<Condition> conditions) {

    public ModelStatus {
        conditions = Copies.of(conditions);
    }
}
