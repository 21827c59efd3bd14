package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;
import org.jspecify.annotations.Nullable;

/** What a user asks of a model service. */
@ApiPart
public record ModelServiceSpec(
        @Required @JsonPropertyDescription("The model to serve.")
        ModelReference model,

        @SpecReplicas @Min(0) @Default("1") @JsonPropertyDescription("Number of replicas. Default: 1.")
        int replicas,

        @JsonPropertyDescription("Name that clients give as model. Default: the name of the Model.") @Nullable
        String servedModelName,

        @Default("{}") @JsonPropertyDescription("Settings of the engine.")
        Engine engine,

        @Default("{}")
        @JsonPropertyDescription("The pod of each replica. Its image defaults to Plinth's runtime image.")
        MemberTemplate template) {

    public ModelServiceSpec {
        engine = engine == null ? new Engine(null, null) : engine;
        template = template == null ? MemberTemplate.EMPTY : template;
    }

    /** A Model in the same namespace. */
    @ApiPart
    public record ModelReference(
            @Required
            @JsonPropertyDescription(
                    "Name of a Model in the same namespace. The service waits until it exists and is ready.")
            String name) {}

    /** Settings of the engine. */
    @ApiPart
    public record Engine(
            @Min(1)
            @JsonPropertyDescription(
                    "Longest prompt and answer together, in tokens. Default: what the model was trained for.")
            @Nullable
            Integer maxSequenceLength,

            @Min(1)
            @JsonPropertyDescription(
                    "Threads that compute, per replica. Default: the CPU limit of the container, rounded up, or 1.")
            @Nullable
            Integer threads) {}
}
