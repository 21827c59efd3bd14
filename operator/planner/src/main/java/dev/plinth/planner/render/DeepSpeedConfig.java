package dev.plinth.planner.render;

import dev.plinth.planner.hardware.Precision;
import dev.plinth.planner.layout.Layout;
import dev.plinth.planner.layout.Offload;
import dev.plinth.planner.layout.Training;
import java.util.List;
import java.util.TreeMap;

/** DeepSpeed's {@code ds_config.json}, and the option that names it. */
final class DeepSpeedConfig {
    static final String FILE = "ds_config.json";

    private DeepSpeedConfig() {}

    static Rendering of(Training training, Layout layout) {
        var fp16 = training.precision() == Precision.FP16;
        var bf16 = training.precision() == Precision.BF16;
        var json = """
                {
                  "train_batch_size": %d,
                  "train_micro_batch_size_per_gpu": %d,
                  "gradient_accumulation_steps": %d,
                  "bf16": {"enabled": %s},
                  "fp16": {"enabled": %s},
                  "zero_optimization": {
                    "stage": %d,
                    "overlap_comm": true,
                    "contiguous_gradients": true%s
                  }
                }
                """.formatted(
                        training.globalBatch(),
                        layout.microBatch(),
                        layout.microBatches(training.globalBatch()),
                        bf16,
                        fp16,
                        layout.zero(),
                        offload(layout.offload()));
        var files = new TreeMap<String, String>();
        files.put(FILE, json);
        return new Rendering(List.of("--deepspeed", "--deepspeed_config", FILE), new TreeMap<>(), files);
    }

    private static String offload(Offload where) {
        return switch (where) {
            case NONE -> "";
            case HOST -> ",\n    \"offload_optimizer\": {\"device\": \"cpu\", \"pin_memory\": true}";
            case NVME ->
                ",\n    \"offload_optimizer\": {\"device\": \"nvme\", \"nvme_path\": \"/local_nvme\", \"pin_memory\": true}";
        };
    }
}
