package dev.plinth.tierbench.policy;

import dev.plinth.tierbench.input.Job;
import dev.plinth.tierbench.input.Occupancy;
import java.util.Optional;

/** A placer: sees the cluster as it is and one job, and answers. */
public interface Policy {
    String policyName();

    /** Host of each member in rank order; empty if the job has to wait. */
    Optional<int[]> place(Occupancy occupancy, Job job);

    /** What a policy that keeps its own books is told. Members of {@code hosts} have taken, or given back, what they need. */
    default void changed(int[] hosts) {}
}
