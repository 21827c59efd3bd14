package dev.plinth.controller.contract;

import dev.plinth.api.v1alpha1.EnvVar;
import dev.plinth.api.v1alpha1.ModelServiceSpec.Adapters;
import dev.plinth.api.v1alpha1.ModelServiceSpec.Engine;
import dev.plinth.api.v1alpha1.ModelServiceSpec.Tracing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is equal for all members of a gang; the workload controllers put it into the gang's template. */
public final class SharedEnvironment {

    /** Port on which the inference server answers. */
    public static final int SERVING_PORT = 8000;

    /** Where adapters are mounted. */
    public static final String ADAPTERS_MOUNT = "/plinth/adapters";

    private SharedEnvironment() {}

    /** For the bundled trainer: the job's settings as JSON. */
    public static List<EnvVar> bundled(String trainerConfig) {
        return List.of(EnvVar.of("PLINTH_TRAINER_CONFIG", trainerConfig));
    }

    /** For elastic torchrun: how often an agent restarts its processes before it gives up. */
    public static List<EnvVar> torchElastic(int maxRestarts) {
        return List.of(EnvVar.of("PET_MAX_RESTARTS", Integer.toString(maxRestarts)));
    }

    /** For the inference server. */
    public static List<EnvVar> serving(ServedModel model) {
        var variables = new ArrayList<EnvVar>();
        variables.add(EnvVar.of("PLINTH_MODEL_PATH", model.path()));
        variables.add(EnvVar.of("PLINTH_MODEL_FORMAT", model.format()));
        variables.add(EnvVar.of("PLINTH_SERVED_MODEL_NAME", model.servedName()));
        variables.add(EnvVar.of("PLINTH_PORT", Integer.toString(SERVING_PORT)));
        var engine = model.engine();
        add(variables, "PLINTH_MAX_SEQUENCE_LENGTH", engine.maxSequenceLength());
        add(variables, "PLINTH_PRECISION", engine.precision());
        add(variables, "PLINTH_CACHE_TOKENS", engine.cacheTokens());
        add(variables, "PLINTH_DISK_CACHE_TOKENS", engine.diskCacheTokens());
        add(variables, "PLINTH_RUNNING_REQUESTS", engine.runningRequests());
        add(variables, "PLINTH_WAITING_REQUESTS", engine.waitingRequests());
        add(variables, "PLINTH_REQUEST_SECONDS", engine.requestSeconds());
        add(variables, "PLINTH_THREADS", engine.threads());
        add(variables, "PLINTH_SPECULATION", engine.speculation());
        add(variables, "PLINTH_PROMPT_DELAY_PERCENT", engine.promptDelayPercent());
        model.adapters().ifPresent(adapters -> {
            add(variables, "PLINTH_ADAPTERS_PATH", ADAPTERS_MOUNT);
            add(variables, "PLINTH_ADAPTERS_IN_MEMORY", adapters.inMemory());
            add(variables, "PLINTH_ADAPTER_CHANGES", adapters.changes());
        });
        return List.copyOf(variables);
    }

    /** For an inference server whose requests are traced; by OpenTelemetry's own names, so that others follow them too. */
    public static List<EnvVar> tracing(String service, Tracing tracing) {
        var variables = new ArrayList<EnvVar>();
        variables.add(EnvVar.of("OTEL_SERVICE_NAME", service));
        variables.add(EnvVar.of("OTEL_EXPORTER_OTLP_ENDPOINT", tracing.endpoint()));
        variables.add(EnvVar.of("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"));
        if (tracing.sampled() != null) {
            variables.add(EnvVar.of("OTEL_TRACES_SAMPLER", "parentbased_traceidratio"));
            variables.add(EnvVar.of("OTEL_TRACES_SAMPLER_ARG", tracing.sampled()));
        }
        return List.copyOf(variables);
    }

    /** What nobody sets is left to the server. */
    private static void add(List<EnvVar> variables, String name, @Nullable Object setting) {
        if (setting != null) {
            variables.add(EnvVar.of(name, setting.toString()));
        }
    }

    /**
     * What a replica serves.
     *
     * @param path folder or file inside the container
     * @param format {@code Safetensors} or {@code GGUF}
     * @param servedName the name that clients ask for
     * @param adapters whose claim is mounted at {@link #ADAPTERS_MOUNT}
     */
    public record ServedModel(
            String path, String format, String servedName, Engine engine, Optional<Adapters> adapters) {}
}
