package dev.plinth.controller.report;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.plinth.controller.cluster.GangKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a member says, as JSON.
 *
 * @param suspects indices of peers this member could not reach
 * @param topology version of the places of all members that it knows, empty for none; absent if it does not want them
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
        @Nullable List<Integer> suspects,
        @Nullable String topology) {

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

    /** The version of the places that the member knows; empty if it does not ask. */
    Optional<String> knownTopology() {
        return Optional.ofNullable(topology);
    }

    /** What is wrong with it; empty if nothing. */
    @SuppressWarnings("NullAway") // JSON may say null for any of them.
    Optional<String> objection() {
        if (gang == null || namespace == null || state == null) {
            return Optional.of("gang, namespace and state must not be null");
        }
        if (member < 0 || incarnation < 0 || generation < 1) {
            return Optional.of("member and incarnation are 0 or more, generation is 1 or more");
        }
        if (suspects != null && suspects.stream().anyMatch(index -> index == null || index < 0)) {
            return Optional.of("suspects are indices of members, 0 or more");
        }
        return told().flatMap(Progress::objection)
                .or(() -> written()
                        .flatMap(checkpoint -> checkpoint.at(Instant.EPOCH).objection()));
    }

    /**
     * How far the member has come.
     *
     * @param resumedFrom step of the checkpoint that its formation began with
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Progress(
            @JsonProperty(required = true) long step,
            @Nullable Long totalSteps,
            double loss,
            double tokensPerSecond,
            @Nullable Long resumedFrom) {

        private Optional<String> objection() {
            if (step < 0) {
                return Optional.of("progress.step is 0 or more");
            }
            return isNegative(totalSteps) || isNegative(resumedFrom)
                    ? Optional.of("progress.totalSteps and progress.resumedFrom are 0 or more, or absent")
                    : Optional.empty();
        }

        private static boolean isNegative(@Nullable Long number) {
            return number != null && number < 0;
        }
    }

    /** A checkpoint that is complete on the volume. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Checkpoint(
            @JsonProperty(required = true) long step,
            @JsonProperty(required = true) int generation,
            @JsonProperty(required = true) String path,
            long bytes,
            @Nullable String digest,
            @JsonProperty("final") boolean last) {

        GangReports.Checkpoint at(Instant heard) {
            return new GangReports.Checkpoint(
                    step, generation, path == null ? "" : path, bytes, Optional.ofNullable(digest), last, heard);
        }
    }
}
