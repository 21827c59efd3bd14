package dev.plinth.tierbench.score;

import dev.plinth.tierbench.input.Job;

/** Times a placement; shares no code with any policy. */
public interface Scorer {
    /** @param hosts of each member, in rank order */
    Times times(Job job, int[] hosts);
}
