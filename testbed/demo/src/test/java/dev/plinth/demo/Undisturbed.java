package dev.plinth.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A short training run that nothing happens to, made once: what every disturbed run must come to, to the last bit. */
final class Undisturbed {
    static final int STEPS = 120;

    private static @Nullable String weights;

    private Undisturbed() {}

    static synchronized String weights(RealCluster cluster) {
        if (weights == null) {
            var run = TrainingRun.begin(cluster, "undisturbed", STEPS);
            run.awaitComplete();
            weights = run.publishedWeights();
            cluster.mend();
        }
        return weights;
    }

    /** The job is complete, with one pod for each rank, and has published the very weights of an undisturbed run. */
    static void isTheEndOf(TrainingRun run, RealCluster cluster) {
        var job = run.awaitComplete();
        run.hasEndedWithOnePodForEachRank();
        assertThat(Optional.ofNullable(job.getStatus().progress()).map(progress -> progress.step()))
                .contains((long) STEPS);
        assertThat(run.publishedWeights()).isEqualTo(weights(cluster));
    }
}
