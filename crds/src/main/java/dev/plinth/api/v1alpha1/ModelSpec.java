package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import org.jspecify.annotations.Nullable;

/** Where weights lie and where they come from. */
@ApiPart
public record ModelSpec(
        @Required @JsonPropertyDescription("Where the weights lie.")
        Source source,

        @Required @JsonPropertyDescription("Safetensors (a folder with config.json) or GGUF (one file).")
        Format format,

        @JsonPropertyDescription(
                "Digest of the weights as sha256:hex: of manifest.json for a checkpoint, of the file for GGUF. Default: not checked.")
        @Nullable
        String digest,

        @Min(1) @JsonPropertyDescription("Size of all files in bytes.") @Nullable
        Long sizeBytes,

        @JsonPropertyDescription("The training job that made the weights; absent if a user brought them.") @Nullable
        Provenance provenance) {

    /** Where the weights lie. */
    @ApiPart
    public record Source(
            @Required
            @JsonPropertyDescription(
                    "pvc://claim/path: a folder or file in a PersistentVolumeClaim of the same namespace.")
            String uri) {}

    /** Format of the weights. */
    public enum Format {
        Safetensors,
        GGUF
    }

    /** Where the weights come from. */
    @ApiPart
    public record Provenance(
            @Required @JsonPropertyDescription("Name of the TrainingJob.")
            String job,

            @Min(0) @JsonPropertyDescription("Optimizer steps done.") @Nullable
            Long step,

            @JsonPropertyDescription("Training loss of that step in nats per token, a decimal number.") @Nullable
            String loss,

            @Min(1) @JsonPropertyDescription("The formation of the job that wrote the weights.") @Nullable
            Integer generation) {}
}
