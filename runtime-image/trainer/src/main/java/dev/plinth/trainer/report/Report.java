package dev.plinth.trainer.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One report of a member, as it goes over the wire. What is absent is left out. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Report(
        String gang,
        String namespace,
        int member,
        int incarnation,
        long generation,
        State state,
        @Nullable Progress progress,
        @Nullable SavedCheckpoint checkpoint,
        @Nullable List<Integer> suspects) {

    /** What a member does. */
    public enum State {
        @JsonProperty("Starting")
        STARTING,
        /** Waits for peers, or for a newer generation. */
        @JsonProperty("Waiting")
        WAITING,
        @JsonProperty("Training")
        TRAINING,
        /** Writes its last checkpoint. */
        @JsonProperty("Finishing")
        FINISHING,
        @JsonProperty("Done")
        DONE
    }

    /**
     * How far training is.
     *
     * @param step optimizer steps done
     * @param loss mean cross-entropy of the last step over all ranks, in nats per token
     * @param tokensPerSecond of all ranks together
     * @param resumedFrom step of the checkpoint that this formation began with; 0 if it began anew
     */
    public record Progress(int step, int totalSteps, double loss, double tokensPerSecond, int resumedFrom) {}

    /**
     * A complete checkpoint.
     *
     * @param path folder below the checkpoint directory
     * @param bytes size of all its files but the manifest
     * @param digest SHA-256 of its manifest, {@code sha256:} and hex digits
     * @param isFinal whether it was written after the last step
     */
    public record SavedCheckpoint(
            int step,
            long generation,
            String path,
            long bytes,
            String digest,
            @JsonProperty("final") boolean isFinal) {}
}
