package dev.plinth.controller.report;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.plinth.controller.cluster.GangKey;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a member says, as JSON.
 *
 * @param suspects indices of peers this member could not reach
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record ReportMessage(
        @JsonProperty(required = true) String gang,
        @JsonProperty(required = true) String namespace,
        @JsonProperty(required = true) int member,
        @JsonProperty(required = true) int incarnation,
        @JsonProperty(required = true) int generation,
        @JsonProperty(required = true) MemberReport.State state,
        @Nullable Progress progress,
        @Nullable Checkpoint checkpoint,
        @Nullable List<Integer> suspects) {

    GangKey key() {
        return new GangKey(namespace, gang);
    }

    Optional<Progress> told() {
        return Optional.ofNullable(progress);
    }

    Optional<Checkpoint> written() {
        return Optional.ofNullable(checkpoint);
    }

    List<Integer> unreachable() {
        return suspects == null ? List.of() : suspects;
    }

    /** How far the member has come. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Progress(
            @JsonProperty(required = true) long step,
            @Nullable Long totalSteps,
            double loss,
            double tokensPerSecond) {}

    /** A checkpoint that is complete on the volume. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Checkpoint(
            @JsonProperty(required = true) long step,
            @JsonProperty(required = true) int generation,
            @JsonProperty(required = true) String path,
            long bytes,
            @Nullable String digest,
            @JsonProperty("final") boolean last) {}
}
