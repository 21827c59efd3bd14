package dev.plinth.controller.report;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

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
     */
    public record Progress(
            int member, long step, OptionalLong totalSteps, double loss, double tokensPerSecond, Instant at) {}

    /**
     * A checkpoint that is complete on the volume.
     *
     * @param path folder, relative to the checkpoint directory of the gang
     * @param bytes size of all its files
     * @param digest of its manifest, as {@code sha256:hex}
     * @param last whether training ends with it
     */
    public record Checkpoint(
            long step, int generation, String path, long bytes, Optional<String> digest, boolean last, Instant at) {}
}
