package dev.plinth.tierbench.input;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Synthetic job streams from published marginals: sizes as in Meta's and Acme's clusters (Kokolis et al. 2024, Hu et al. 2024), small
 * jobs lognormal with Acme's median of 124 s and mean of 1,260 s, jobs from 256 accelerators on a median of 20 minutes, so that they
 * carry about two thirds of the accelerator time. Poisson arrivals. No job takes more than a quarter of the cluster.
 */
public final class Workloads {
    private static final double SMALL_SIGMA = Math.sqrt(2 * Math.log(1260.0 / 124));
    /** Cut short, so that a few thousand jobs come to a steady state. */
    private static final double LONGEST = 2 * 3600.0;

    /** A job and the second at which it is submitted. */
    public record Arrival(double time, Job job) {}

    private Workloads() {}

    /** @param load share of the accelerators that are wanted in the mean */
    public static List<Arrival> stream(Fleet fleet, int jobs, double load, long seed) {
        var random = new Random(seed);
        long accelerators = 0;
        for (int each : fleet.accelerators()) {
            accelerators += each;
        }
        var all = new ArrayList<Job>();
        double work = 0;
        for (int i = 0; i < jobs; i++) {
            var job = job("j%05d".formatted(i), accelerators / 4, random);
            all.add(job);
            work += job.gpus() * job.duration();
        }
        double rate = load * accelerators * jobs / work;
        var arrivals = new ArrayList<Arrival>();
        double time = 0;
        for (var job : all) {
            time += -Math.log(1 - random.nextDouble()) / rate;
            arrivals.add(new Arrival(time, job));
        }
        return arrivals;
    }

    private static Job job(String id, long most, Random random) {
        int gpus = (int) Math.min(size(random), Long.highestOneBit(most));
        boolean large = gpus >= 256;
        double duration =
                large ? 1200 * Math.exp(random.nextGaussian()) : 124 * Math.exp(SMALL_SIGMA * random.nextGaussian());
        var job = Shapes.of(id, gpus, 8).lasting(Math.clamp(duration, 10, LONGEST));
        // A third of the middle must not leave a block, as users ask who fear the spine.
        boolean required = gpus > 8 && !large && random.nextInt(3) == 0;
        return required ? job.requiring(Optional.of("block")) : job;
    }

    private static int size(Random random) {
        double draw = random.nextDouble();
        if (draw < 0.42) {
            return 1;
        }
        if (draw < 0.56) {
            return draw < 0.49 ? 2 : 4;
        }
        if (draw < 0.92) {
            return 8;
        }
        if (draw < 0.98) {
            return 16 << random.nextInt(4);
        }
        return draw < 0.996 ? 256 << random.nextInt(3) : 2048;
    }
}
