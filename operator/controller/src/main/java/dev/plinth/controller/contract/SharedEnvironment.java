package dev.plinth.controller.contract;

import dev.plinth.api.v1alpha1.EnvVar;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** What is equal for all members of a gang; the workload controllers put it into the gang's template. */
public final class SharedEnvironment {

    /** Port on which the inference server answers. */
    public static final int SERVING_PORT = 8000;

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
        model.maxSequenceLength()
                .ifPresent(tokens -> variables.add(EnvVar.of("PLINTH_MAX_SEQUENCE_LENGTH", Integer.toString(tokens))));
        model.threads().ifPresent(count -> variables.add(EnvVar.of("PLINTH_THREADS", Integer.toString(count))));
        return List.copyOf(variables);
    }

    /**
     * What a replica serves.
     *
     * @param path folder or file inside the container
     * @param format {@code Safetensors} or {@code GGUF}
     * @param servedName the name that clients ask for
     * @param maxSequenceLength tokens; the model's own limit if absent
     * @param threads of the tensor engine; its own choice if absent
     */
    public record ServedModel(
            String path, String format, String servedName, OptionalInt maxSequenceLength, OptionalInt threads) {}
}
