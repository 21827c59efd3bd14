package dev.plinth.placement;

/** A bounded number of questions to the placer, fewer about a large cluster: a search that finds a place costs most. */
final class Trials {
    private static final int MOST = 120;
    private static final long NODES = 150_000;
    private static final int PLACE_FOUND = 12;

    private int asked;
    private long nodes;

    boolean areSpent() {
        return asked >= MOST || nodes >= NODES;
    }

    boolean fits(Setting setting) {
        boolean fits = Placer.fits(setting.request(), setting.cluster());
        asked++;
        nodes += (long) setting.cluster().size() * (fits && !isCounted(setting.request()) ? PLACE_FOUND : 1);
        return fits;
    }

    /** Whether the room of a domain says it all. */
    static boolean isCounted(GangRequest request) {
        return request.mesh().isNone()
                && request.extras().leader().isEmpty()
                && request.extras().spares().count() == 0;
    }
}
