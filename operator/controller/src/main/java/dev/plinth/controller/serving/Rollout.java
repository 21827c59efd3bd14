package dev.plinth.controller.serving;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Which replicas come and go. While replicas of an older revision exist, one more than asked for may exist, and as many
 * as asked for stay ready as long as they were: a revision that never becomes ready takes nothing away.
 *
 * @param create ordinals of the revision to be created
 * @param delete gangs to be deleted
 */
record Rollout(List<Integer> create, List<String> delete) {

    /** Replicas beyond those asked for that may exist while revisions change. */
    private static final int SURGE = 1;

    /** Decides the next step from {@code replicas} towards {@code wanted} replicas of {@code revision}. */
    static Rollout towards(String revision, int wanted, Collection<Replica> replicas) {
        var current = ofRevision(revision, replicas, true);
        var older = ofRevision(revision, replicas, false);
        return new Rollout(create(wanted, current, older), delete(wanted, current, older));
    }

    private static List<Replica> ofRevision(String revision, Collection<Replica> replicas, boolean same) {
        return replicas.stream()
                .filter(replica -> replica.revision().equals(revision) == same)
                // Those that answer nobody go first, then the youngest: equal input, equal choice.
                .sorted(Comparator.comparing(Replica::ready)
                        .thenComparing(Replica::ordinal, Comparator.reverseOrder())
                        .thenComparing(Replica::gang))
                .toList();
    }

    private static List<Integer> create(int wanted, List<Replica> current, List<Replica> older) {
        var limit = older.isEmpty() || wanted == 0 ? wanted : wanted + SURGE;
        var room = Math.min(wanted - current.size(), limit - current.size() - older.size());
        var taken = current.stream().map(Replica::ordinal).collect(Collectors.toSet());
        return IntStream.iterate(0, ordinal -> ordinal + 1)
                .filter(ordinal -> !taken.contains(ordinal))
                .limit(Math.max(0, room))
                .boxed()
                .toList();
    }

    private static List<String> delete(int wanted, List<Replica> current, List<Replica> older) {
        var surplus =
                current.stream().limit(Math.max(0, current.size() - wanted)).toList();
        var delete = new ArrayList<>(surplus.stream().map(Replica::gang).toList());
        var ready = readyOf(current) - readyOf(surplus) + readyOf(older);
        for (var replica : older) {
            if (!replica.ready()) {
                delete.add(replica.gang());
            } else if (ready > wanted) {
                delete.add(replica.gang());
                ready--;
            }
        }
        return List.copyOf(delete);
    }

    private static long readyOf(List<Replica> replicas) {
        return replicas.stream().filter(Replica::ready).count();
    }
}
