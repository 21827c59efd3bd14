package dev.plinth.tierbench.score;

/**
 * What a placement costs.
 *
 * @param own seconds of communication in a step, with the bandwidth that is guaranteed to the job
 * @param flat likewise on one flat domain
 * @param busiestUplink seconds of each step that the job keeps the busiest uplink above the hosts busy
 * @param crossingBytes bytes of each step over all uplinks above the hosts
 */
public record Times(double own, double flat, double busiestUplink, double crossingBytes) {
    /** Of a step against the same on one flat domain. */
    public double slowdown(double computeSeconds) {
        double ideal = computeSeconds + flat;
        return ideal == 0 ? 1 : (computeSeconds + Math.max(own, flat)) / ideal;
    }
}
