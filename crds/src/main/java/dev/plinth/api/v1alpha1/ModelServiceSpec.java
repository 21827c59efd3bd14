package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;
import org.jspecify.annotations.Nullable;

/** What a user asks of a model service. */
@ApiPart
@JsonClassDescription("What the user asks for. A change of anything but replicas rolls the replicas.")
public record ModelServiceSpec(
        @Required @JsonPropertyDescription("The model to serve.")
        ModelReference model,

        @SpecReplicas @Min(0) @Max(10_000) @Default("1") @JsonPropertyDescription("Number of replicas. Default: 1.")
        int replicas,

        @Size(min = 1, max = Rules.NAME)
        @JsonPropertyDescription("Name that clients give as the model of a request. Default: the name of the Model.")
        @Nullable
        String servedModelName,

        @Default("{}") @JsonPropertyDescription("Settings of the engine. Default: see its fields.")
        Engine engine,

        @Default("{}")
        @JsonPropertyDescription(
                "The pod of each replica. Default: Plinth's runtime image with the defaults of its fields.")
        @ValidationRule(value = Rules.NO_RESERVED_ENV, fieldPath = ".env", message = Rules.NO_RESERVED_ENV_SAYS)
        @ValidationRule(
                value = Rules.NO_RESERVED_VOLUME,
                fieldPath = ".volumes",
                message = Rules.NO_RESERVED_VOLUME_SAYS)
        @ValidationRule(
                value = Rules.NO_RESERVED_MOUNT,
                fieldPath = ".volumeMounts",
                message = Rules.NO_RESERVED_MOUNT_SAYS)
        MemberTemplate template) {

    public ModelServiceSpec {
        engine = engine == null ? Engine.DEFAULT : engine;
        template = template == null ? MemberTemplate.EMPTY : template;
    }

    /** A Model in the same namespace. */
    @ApiPart
    public record ModelReference(
            @Required
            @Size(min = 1, max = Rules.LABEL)
            @JsonPropertyDescription(
                    "Name of a Model in the same namespace. The service waits until it exists and is ready.")
            @ValidationRule(value = Rules.OBJECT_NAME, message = Rules.OBJECT_NAME_SAYS)
            String name) {}

    /** Settings of the engine. */
    @ApiPart
    public record Engine(
            @Min(2)
            @Max(16_777_216)
            @JsonPropertyDescription(
                    "Longest prompt and answer together in tokens. Default: what the model was trained for.")
            @Nullable
            Integer maxSequenceLength,

            @JsonPropertyDescription(
                    "Numbers that the weights are multiplied as: Int8 takes a quarter of the memory and is several times faster on a CPU, Float32 is exact. Default: Int8.")
            @Nullable
            Precision precision,

            @Min(1)
            @Max(Integer.MAX_VALUE)
            @JsonPropertyDescription(
                    "Tokens whose keys and values a replica keeps, of all requests together. Default: what a quarter of the container's memory holds.")
            @Nullable
            Integer cacheTokens,

            @Min(1)
            @Max(1024)
            @JsonPropertyDescription("Requests that a replica computes side by side. Default: 32.")
            @Nullable
            Integer runningRequests,

            @Min(0)
            @Max(1_000_000)
            @JsonPropertyDescription(
                    "Requests that wait in a replica beyond those; further ones are answered with 429. Default: 256.")
            @Nullable
            Integer waitingRequests,

            @Min(1)
            @Max(86_400)
            @JsonPropertyDescription(
                    "Longest time in seconds from the arrival of a request to the end of its answer; one that takes longer ends with an error. Default: no limit.")
            @Nullable
            Integer requestSeconds,

            @Min(1)
            @Max(1024)
            @JsonPropertyDescription(
                    "Threads that compute in each replica. Default: 1 for models of less than a billion parameters, else as many as the container has CPUs.")
            @Nullable
            Integer threads) {

        /** The defaults of the runtime. */
        public static final Engine DEFAULT = new Engine(null, null, null, null, null, null, null);
    }
    /** How exactly a model computes. */
    public enum Precision {
        Int8,
        Float32
    }
}
