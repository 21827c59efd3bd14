package dev.plinth.controller.planning;

import dev.plinth.api.v1alpha1.EnvVar;
import dev.plinth.api.v1alpha1.Plan;
import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.planner.render.Rendering;
import java.util.List;
import java.util.TreeMap;

/** What the program of a worker is told of the plan: its degrees, and the same as the options of the trainer. */
public final class PlanEnvironment {
    private PlanEnvironment() {}

    /** The variables, by name. */
    public static List<EnvVar> of(TrainingJob job, Plan.Layout layout) {
        var asked = job.getSpec().parallelism();
        if (asked == null) {
            return List.of();
        }
        var training = new Question(job.getMetadata().getName(), job.getSpec(), asked).training();
        var rendering = Rendering.of(training, Layouts.read(layout));
        var variables = new TreeMap<String, String>();
        variables.putAll(rendering.environment());
        variables.putAll(degrees(layout));
        variables.put("PLINTH_GLOBAL_BATCH", text(asked.globalBatch()));
        variables.put("PLINTH_PRECISION", asked.precision().name());
        variables.put("PLINTH_SEQUENCE_LENGTH", text(asked.sequenceLength()));
        if (!rendering.arguments().isEmpty()) {
            variables.put("PLINTH_TRAINER_ARGS", String.join(" ", rendering.arguments()));
        }
        rendering.files().forEach((name, content) -> variables.put(variable(name), content.strip()));
        return variables.entrySet().stream()
                .map(variable -> EnvVar.of(variable.getKey(), variable.getValue()))
                .toList();
    }

    private static TreeMap<String, String> degrees(Plan.Layout layout) {
        var variables = new TreeMap<String, String>();
        variables.put("PLINTH_TENSOR_PARALLEL", text(layout.tensor()));
        variables.put("PLINTH_CONTEXT_PARALLEL", text(layout.context()));
        variables.put("PLINTH_DATA_PARALLEL", text(layout.data()));
        variables.put("PLINTH_PIPELINE_PARALLEL", text(layout.pipeline()));
        variables.put("PLINTH_EXPERT_PARALLEL", text(layout.expert()));
        variables.put("PLINTH_VIRTUAL_STAGES", text(layout.virtualStages()));
        variables.put("PLINTH_MICRO_BATCH", text(layout.microBatch()));
        variables.put("PLINTH_GRADIENT_ACCUMULATION", text(layout.microBatches()));
        variables.put("PLINTH_ZERO_STAGE", text(layout.zeroStage()));
        variables.put("PLINTH_RECOMPUTE", layout.recompute().name());
        return variables;
    }

    /** {@code ds_config.json} becomes {@code PLINTH_DS_CONFIG_JSON}. */
    private static String variable(String file) {
        return "PLINTH_" + file.toUpperCase(java.util.Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
    }

    private static String text(int number) {
        return Integer.toString(number);
    }
}
