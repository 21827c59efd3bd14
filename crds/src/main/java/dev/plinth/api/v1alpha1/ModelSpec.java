package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Where weights lie and where they come from. */
@ApiPart
@JsonClassDescription(
        "Where the weights lie and where they come from. A change rolls the services that name the Model.")
public record ModelSpec(
        @Required @JsonPropertyDescription("Where the weights lie.")
        Source source,

        @Required @JsonPropertyDescription("Safetensors (a folder with config.json) or GGUF (one file).")
        Format format,

        @Size(max = 71)
        @JsonPropertyDescription(
                "Digest as sha256: and 64 hexadecimal digits: of manifest.json for a checkpoint, of the file for GGUF. Services of the model roll when it changes; the weights are not read to check it. Default: not said.")
        @ValidationRule(value = Rules.DIGEST, message = Rules.DIGEST_SAYS)
        @Nullable
        String digest,

        @Min(1) @JsonPropertyDescription("Size of all files in bytes. Default: not said.") @Nullable
        Long sizeBytes,

        @JsonPropertyDescription("The training job that made the weights. Default: none, a user brought them.")
        @Nullable
        Provenance provenance) {

    /** Where the weights lie. */
    @ApiPart
    public record Source(
            @Required
            @Size(min = 1, max = 2048)
            @JsonPropertyDescription(
                    "pvc://claim/path: a folder or file in a PersistentVolumeClaim of the same namespace.")
            @ValidationRule(
                    value = "self.matches('^pvc://[a-z0-9]([-a-z0-9.]*[a-z0-9])?/[^/].*$')",
                    message =
                            "Write pvc://CLAIM/PATH with the name of a PersistentVolumeClaim and a path inside it; there are no other schemes yet.")
            @ValidationRule(
                    value = "!self.matches('(^|/)[.][.](/|$)')",
                    message = "Remove '..' from the path: it must stay inside the claim.")
            String uri) {}

    /** Format of the weights. */
    public enum Format {
        Safetensors,
        GGUF
    }

    /** Where the weights come from. */
    @ApiPart
    public record Provenance(
            @Required @Size(min = 1, max = Rules.NAME) @JsonPropertyDescription("Name of the TrainingJob.")
            String job,

            @Min(0) @JsonPropertyDescription("Number of optimizer steps done. Default: not said.") @Nullable
            Long step,

            @Size(max = Rules.DECIMAL)
            @JsonPropertyDescription(
                    "Training loss of that step in nats per token, a decimal number in quotes. Default: not said.")
            @Nullable
            String loss,

            @Min(1)
            @JsonPropertyDescription("Number of the formation of the job that wrote the weights. Default: not said.")
            @Nullable
            Integer generation) {}
}
