package dev.plinth.clusterbench;

import java.util.List;

/**
 * How fast pods came about, all times from the first request.
 *
 * @param pods how many
 * @param created seconds until the last one was there
 * @param bound seconds until the last one had a node
 * @param backlog most pods that were there without a node at any moment
 */
record Rates(int pods, double created, double bound, int backlog) {
    /** @param created and {@code bound}: times in nanoseconds, in any order */
    static Rates of(long startNanos, List<Long> created, List<Long> bound) {
        var came = created.stream().sorted().toList();
        var went = bound.stream().sorted().toList();
        int most = 0;
        int at = 0;
        for (int i = 0; i < came.size(); i++) {
            while (at < went.size() && went.get(at) <= came.get(i)) {
                at++;
            }
            most = Math.max(most, i + 1 - at);
        }
        return new Rates(came.size(), (came.getLast() - startNanos) / 1e9, (went.getLast() - startNanos) / 1e9, most);
    }

    double createdPerSecond() {
        return pods / created;
    }

    double boundPerSecond() {
        return pods / bound;
    }
}
