package dev.plinth.tierbench.policy;

import java.util.List;

/** Who takes part. */
public final class Policies {
    private Policies() {}

    public static List<Policy> kueue() {
        return List.of(Kueue.bestFit(), Kueue.balanced(), Kueue.slices(4));
    }

    public static List<Policy> others() {
        return List.of(
                Simple.RANDOM,
                Simple.FIRST_FIT,
                Kueue.bestFit(),
                Kueue.balanced(),
                Kueue.slices(4),
                new Volcano(),
                new Kai(),
                new KubeScheduler());
    }
}
