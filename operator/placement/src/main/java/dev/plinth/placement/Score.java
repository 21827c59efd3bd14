package dev.plinth.placement;

/**
 * How good a placement of a gang with a mesh is; compared field by field, less is better.
 *
 * @param broken wishes not granted: domains of the preferred level beyond one, groups of a dimension not in one domain of its
 *     preferred level
 * @param ownPicos predicted communication time of a step, in 1e-12 s: each axis takes as long as its slowest link, whose bandwidth
 *     is what is guaranteed to the gang's accelerators behind it
 * @param uplinkClass how long the gang keeps the busiest uplink above the hosts busy, in steps of a tenth
 * @param lost room that gangs to come lose, see {@link Holes}
 * @param crossingPicos uplink seconds summed over all domains above the hosts, in 1e-12 s
 * @param uplinkPicos the exact busiest uplink, in 1e-12 s
 */
record Score(long broken, long ownPicos, long uplinkClass, long lost, long crossingPicos, long uplinkPicos)
        implements Comparable<Score> {
    static final double PICOS = 1e12;

    static Score of(long broken, double own, double uplink, long lost, double crossing) {
        return new Score(broken, picos(own), uplinkClass(uplink), lost, picos(crossing), picos(uplink));
    }

    static long picos(double seconds) {
        return Math.round(seconds * PICOS);
    }

    /** Logarithmic, so that a gain of less than a tenth on an uplink does not cost a large hole. */
    private static long uplinkClass(double seconds) {
        return seconds <= 1e-12 ? 0 : 1 + Math.round(StrictMath.log(seconds * PICOS) / StrictMath.log(1.1));
    }

    @Override
    public int compareTo(Score other) {
        int order = Long.compare(broken, other.broken);
        order = order != 0 ? order : Long.compare(ownPicos, other.ownPicos);
        order = order != 0 ? order : Long.compare(uplinkClass, other.uplinkClass);
        order = order != 0 ? order : Long.compare(lost, other.lost);
        order = order != 0 ? order : Long.compare(crossingPicos, other.crossingPicos);
        return order != 0 ? order : Long.compare(uplinkPicos, other.uplinkPicos);
    }

    double ownSeconds() {
        return ownPicos / PICOS;
    }

    double uplinkSeconds() {
        return uplinkPicos / PICOS;
    }
}
