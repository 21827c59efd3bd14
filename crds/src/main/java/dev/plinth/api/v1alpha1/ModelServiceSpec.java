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
@ValidationRule(
        value =
                "!has(self.tracing) || !has(self.template) || !has(self.template.env) || self.template.env.all(e, !(e.name in ['OTEL_SERVICE_NAME', 'OTEL_EXPORTER_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_PROTOCOL', 'OTEL_TRACES_SAMPLER', 'OTEL_TRACES_SAMPLER_ARG']))",
        fieldPath = ".template.env",
        message =
                "Remove OTEL_SERVICE_NAME, OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_PROTOCOL, OTEL_TRACES_SAMPLER and OTEL_TRACES_SAMPLER_ARG: tracing sets them. Or leave tracing out and set them all.")
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

        @JsonPropertyDescription("LoRA adapters that requests may name as their model. Default: none.") @Nullable
        Adapters adapters,

        @JsonPropertyDescription(
                "Where each request is told of as an OpenTelemetry trace, with its times and tokens and without its texts. Default: nowhere.")
        @Nullable
        Tracing tracing,

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
                    "Numbers that the weights are multiplied as: Int8 takes a quarter of the memory and is several times faster on a CPU but cannot be had on a GPU, BFloat16 takes half and is meant for GPUs, Float32 is exact. Default: Int8, on a GPU BFloat16.")
            @Nullable
            Precision precision,

            @Min(1)
            @Max(Integer.MAX_VALUE)
            @JsonPropertyDescription(
                    "Tokens whose keys and values a replica keeps, of all requests together. Default: what a quarter of the container's memory holds, or what a GPU has beside the weights.")
            @Nullable
            Integer cacheTokens,

            @Min(0)
            @Max(Integer.MAX_VALUE)
            @JsonPropertyDescription(
                    "Tokens of prompts whose keys and values a replica keeps on the node's disk once others need their memory, to be fetched back instead of computed again; one takes as many bytes as in memory. Default: 0.")
            @Nullable
            Integer diskCacheTokens,

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
            Integer threads,

            @JsonPropertyDescription(
                    "Whether tokens are computed ahead that a text has repeated before: Ngram does, which is faster where few requests run, None does not; the answers are the same. Default: Ngram.")
            @Nullable
            Speculation speculation,

            @Min(1)
            @Max(10_000)
            @JsonPropertyDescription(
                    "By how many percent a step in which requests await tokens may be longer for the prompts that are read in it: with 100, twice as long, answers flow on and a long prompt is read in twice the time, with 400 it is read in a quarter more. Default: 100.")
            @Nullable
            Integer promptDelayPercent) {

        /** The defaults of the runtime. */
        public static final Engine DEFAULT = new Engine(null, null, null, null, null, null, null, null, null, null);
    }

    /** LoRA adapters on a volume. */
    @ApiPart
    public record Adapters(
            @Required
            @Size(min = 1, max = Rules.NAME)
            @JsonPropertyDescription(
                    "Name of a PersistentVolumeClaim in the same namespace that holds the adapters, each in a folder of its own as PEFT saves it. Which of them are served is kept there too, in adapters.json.")
            @ValidationRule(value = Rules.OBJECT_NAME, message = Rules.OBJECT_NAME_SAYS)
            String claim,

            @Size(min = 1, max = 512)
            @JsonPropertyDescription("Folder of the claim that they lie in. Default: its root.")
            @ValidationRule(
                    value = "!self.startsWith('/') && !self.matches('(^|/)[.][.](/|$)')",
                    message = "Write a path inside the claim: without '/' at its beginning and without '..'.")
            @Nullable
            String path,

            @Min(1)
            @Max(1024)
            @JsonPropertyDescription(
                    "Number of adapters that a replica computes with at a time; the others are loaded when they are asked for. Default: 8.")
            @Nullable
            Integer inMemory,

            @JsonPropertyDescription(
                    "Who may load and unload adapters by request: Admins are those whose API key is marked as an administrator's, Anyone is whoever may ask. Default: Admins.")
            @Nullable
            AdapterChanges changes) {}

    /** Where traces go. */
    @ApiPart
    public record Tracing(
            @Required
            @Size(min = 1, max = 2048)
            @JsonPropertyDescription(
                    "Address of a collector that takes OTLP over HTTP, for example http://collector.monitoring.svc:4318.")
            @ValidationRule(
                    value = "isURL(self) && (self.startsWith('http://') || self.startsWith('https://'))",
                    message = "Write the collector's address as http://HOST:PORT or https://HOST:PORT.")
            String endpoint,

            @Size(min = 1, max = Rules.DECIMAL)
            @JsonPropertyDescription(
                    "Share of the requests that are traced, from 0 to 1; one that comes as a part of a trace is told of if that trace is kept. Default: \"1\".")
            @ValidationRule(value = Rules.SHARE, message = Rules.SHARE_SAYS)
            @Nullable
            String sampled) {}

    /** How exactly a model computes. */
    public enum Precision {
        Int8,
        BFloat16,
        Float32
    }

    /** What is computed ahead. */
    public enum Speculation {
        Ngram,
        None
    }

    /** Who may change which adapters are served. */
    public enum AdapterChanges {
        Admins,
        Anyone
    }
}
