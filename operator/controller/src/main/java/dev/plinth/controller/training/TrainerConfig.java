package dev.plinth.controller.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plinth.api.v1alpha1.Bundled;
import dev.plinth.api.v1alpha1.TrainingJobSpec;

/** Settings of the bundled trainer as the JSON it reads: the job's {@code bundled} section, and where its state goes. */
final class TrainerConfig {

    private static final ObjectMapper JSON = new ObjectMapper();

    private TrainerConfig() {}

    static String of(Bundled bundled, TrainingJobSpec spec, String checkpointDirectory) {
        ObjectNode config = JSON.valueToTree(bundled);
        var policy = spec.checkpoint();
        if (policy != null) {
            config.putObject("checkpoint")
                    .put("directory", checkpointDirectory)
                    .put("everySteps", policy.everySteps())
                    .put("keep", policy.keep());
        }
        config.put("output", spec.output() != null);
        try {
            return JSON.writeValueAsString(config);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values is always written", e);
        }
    }
}
