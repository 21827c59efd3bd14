package dev.plinth.placement;

import java.util.Comparator;

/** What cuts cost on the uplinks of the levels they are made at, compared field by field; see {@link Score}. */
record CutCost(long broken, long ownPicos, long uplinkClass, long lost, double crossing)
        implements Comparable<CutCost> {
    private static final Comparator<CutCost> ORDER = Comparator.comparingLong(CutCost::broken)
            .thenComparingLong(CutCost::ownPicos)
            .thenComparingLong(CutCost::uplinkClass)
            .thenComparingLong(CutCost::lost)
            .thenComparingDouble(CutCost::crossing);

    /** More than any cut costs. */
    static final CutCost ANY =
            new CutCost(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Double.POSITIVE_INFINITY);

    static final CutCost NOTHING = new CutCost(0, 0, 0, 0, 0);

    /** Of a whole placement, as far as cuts can tell. */
    static CutCost of(Score score) {
        return new CutCost(
                score.broken(), score.ownPicos(), score.uplinkClass(), score.lost(), Double.POSITIVE_INFINITY);
    }

    /** No placement with both cuts costs less: the slowest link and the busiest uplink are of one of them at least. */
    CutCost and(CutCost other) {
        return new CutCost(
                broken + other.broken,
                Math.max(ownPicos, other.ownPicos),
                Math.max(uplinkClass, other.uplinkClass),
                lost + other.lost,
                crossing + other.crossing);
    }

    CutCost losing(long more) {
        return new CutCost(broken, ownPicos, uplinkClass, lost + more, crossing);
    }

    @Override
    public int compareTo(CutCost other) {
        return ORDER.compare(this, other);
    }
}
