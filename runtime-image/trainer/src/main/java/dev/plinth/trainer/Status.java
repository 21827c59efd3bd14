package dev.plinth.trainer;

import dev.plinth.trainer.checkpoint.Checkpoint;
import dev.plinth.trainer.report.Report;
import dev.plinth.trainer.report.Report.Progress;
import dev.plinth.trainer.report.Report.SavedCheckpoint;
import dev.plinth.trainer.report.Report.State;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What this member would report now. Written by the training thread, read by the reporter. */
final class Status {
    private final MemberEnvironment environment;
    private final int totalSteps;
    private int resumedFrom;
    private long generation;
    private State state = State.STARTING;
    private @Nullable Progress progress;
    private @Nullable SavedCheckpoint checkpoint;
    private List<Integer> suspects = List.of();

    Status(MemberEnvironment environment, int totalSteps) {
        this.environment = environment;
        this.totalSteps = totalSteps;
        this.generation = environment.generation();
    }

    /** A new formation starts from a checkpoint: what was reached before is not its progress. */
    synchronized void generation(long present) {
        if (present != generation) {
            progress = null;
            suspects = List.of();
        }
        generation = present;
    }

    /** Suspects are named only while waiting: a ring that stands suspects nobody. */
    synchronized void state(State now) {
        state = now;
        if (now != State.WAITING) {
            suspects = List.of();
        }
    }

    /** A ring that breaks again while others still come together blames nobody: then those blamed before stay so. */
    synchronized void suspects(Set<Integer> lost) {
        if (!lost.isEmpty()) {
            suspects = List.copyOf(lost);
        }
    }

    /** The ring stands, and goes on from this step. */
    synchronized void resumed(int step) {
        resumedFrom = step;
    }

    synchronized void progress(int step, double loss, double tokensPerSecond) {
        progress = new Progress(step, totalSteps, loss, tokensPerSecond, resumedFrom);
    }

    /** The newest checkpoint this member wrote or resumed from; said in every report, so that a lost one loses nothing. */
    synchronized void checkpoint(Checkpoint saved) {
        checkpoint = new SavedCheckpoint(
                saved.manifest().step(),
                saved.manifest().generation(),
                saved.name(),
                saved.bytes(),
                saved.digest(),
                saved.manifest().step() >= totalSteps);
    }

    synchronized Report report() {
        return new Report(
                environment.gang(),
                environment.namespace(),
                environment.member(),
                environment.incarnation(),
                generation,
                state,
                progress,
                checkpoint,
                suspects.isEmpty() ? null : suspects);
    }
}
