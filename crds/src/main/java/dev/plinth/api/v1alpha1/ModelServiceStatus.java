package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator sees of a model service. */
@ApiPart
@JsonClassDescription("What the operator sees of the service.")
public record ModelServiceStatus(
        @JsonPropertyDescription("The metadata.generation this status was made from.") @Nullable
        Long observedGeneration,

        @ListMap("type")
        @Size(max = 16)
        @JsonPropertyDescription("Ready and Progressing, each with the reason and a message that says what to do.")
        List<Condition> conditions,

        @StatusReplicas @JsonPropertyDescription("Replicas that exist, ready or not.")
        int replicas,

        @JsonPropertyDescription("Replicas that answer requests.")
        int readyReplicas,

        @LabelSelector @JsonPropertyDescription("Label selector of the pods of the service, for autoscalers.") @Nullable
        String selector,

        @JsonPropertyDescription("Base URL of the OpenAI API inside the cluster.") @Nullable
        String url,

        @JsonPropertyDescription("The model that the replicas are being rolled to, or serve.") @Nullable
        ServedModel model) {

    public ModelServiceStatus {
        conditions = Copies.of(conditions);
    }

    /** The weights that are served. */
    @ApiPart
    public record ServedModel(
            @Required @JsonPropertyDescription("Name of the Model.")
            String name,

            @JsonPropertyDescription("Digest of the Model, as sha256:hex; absent if the Model has none.") @Nullable
            String digest) {}
}
