package dev.plinth.placement;

import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * What would be if something changed: a bounded number of questions to the placer, fewer about a large cluster, as a search that finds
 * a place costs most. What has not been tried is taken not to help.
 */
final class Trials {
    private static final int MOST = 120;
    private static final long NODES = 150_000;
    private static final int PLACE_FOUND = 12;

    private final Setting now;
    private int asked;
    private long nodes;

    Trials(Setting now) {
        this.now = now;
    }

    /** Whether the gang fits as things are. */
    boolean fitsNow() {
        return fits(now);
    }

    boolean helps(Change change) {
        return help(List.of(change))
                && (!(change instanceof Change.AddNodes added) || fits(now.extended(added, Setting.LAST)));
    }

    /** Whether all of them together do. */
    boolean help(List<Change> changes) {
        var then = now;
        if (areSpent()) {
            return false;
        }
        for (var change : changes) {
            then = then.with(change);
        }
        return fits(then);
    }

    /** The change with the smallest number that helps, if there are trials enough to know it; taken that a larger number never helps less. */
    <C extends Change> Optional<C> fewest(int from, int to, IntFunction<C> change) {
        if (from > to) {
            return Optional.empty();
        }
        var least = change.apply(from);
        if (helps(least)) {
            return Optional.of(least);
        }
        Optional<C> best = Optional.of(change.apply(to)).filter(this::helps);
        int low = from + 1;
        int high = best.isEmpty() ? low : to;
        while (low < high && !areSpent()) {
            int middle = (low + high) / 2;
            var half = change.apply(middle);
            if (helps(half)) {
                best = Optional.of(half);
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low == high ? best : Optional.empty();
    }

    private boolean areSpent() {
        return asked >= MOST || nodes >= NODES;
    }

    private boolean fits(Setting setting) {
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
