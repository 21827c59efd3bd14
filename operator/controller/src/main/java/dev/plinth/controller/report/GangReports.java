package dev.plinth.controller.report;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * The newest of what the members of one gang have told.
 *
 * @param generation the newest formation that any member reported from
 * @param before the newest progress of earlier formations: what a repair threw back
 * @param first the first progress of this formation: when and where training went on
 * @param latest the newest progress of this formation
 * @param checkpoint the newest complete checkpoint of any formation
 */
public record GangReports(
        int generation,
        Optional<Progress> before,
        Optional<Progress> first,
        Optional<Progress> latest,
        Optional<Checkpoint> checkpoint) {

    /**
     * How far a member has come.
     *
     * @param step optimizer steps done
     * @param loss in nats per token
     * @param tokensPerSecond of all members together
     * @param resumedFrom step of the checkpoint that the formation began with, if the member knows
     */
    public record Progress(
            int member,
            long step,
            OptionalLong totalSteps,
            double loss,
            double tokensPerSecond,
            OptionalLong resumedFrom,
            Instant at) {}

    /**
     * A checkpoint that is complete on the volume.
     *
     * @param path folder, relative to the checkpoint directory of the gang
     * @param bytes size of all its files
     * @param digest of its manifest, as {@code sha256:hex}
     * @param last whether training ends with it
     */
    public record Checkpoint(
            long step, int generation, String path, long bytes, Optional<String> digest, boolean last, Instant at) {

        private static final Pattern PATH =
                Pattern.compile("(?!\\.\\.?(/|$))[^/\\p{Cc}]+(/(?!\\.\\.?(/|$))[^/\\p{Cc}]+)*");
        private static final int LONGEST_PATH = 1024;
        private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

        /** What is wrong with it, as a member or its last words told it; empty if a Model can be made of it. */
        public Optional<String> objection() {
            if (step < 0 || generation < 1 || bytes < 0) {
                return Optional.of("checkpoint: step and bytes are 0 or more, generation is 1 or more");
            }
            if (path.length() > LONGEST_PATH || !PATH.matcher(path).matches()) {
                return Optional.of(
                        "checkpoint.path: write a path inside PLINTH_CHECKPOINT_DIR, without '..' or control characters, and of at most "
                                + LONGEST_PATH + " characters");
            }
            return digest.filter(text -> !DIGEST.matcher(text).matches())
                    .map(text -> "checkpoint.digest: write sha256: and 64 lower-case hexadecimal digits");
        }
    }
}
