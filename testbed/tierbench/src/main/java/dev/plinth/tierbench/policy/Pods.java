package dev.plinth.tierbench.policy;

import dev.plinth.tierbench.policy.Tree.Domain;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntToDoubleFunction;

/** Places pod by pod, as schedulers do: each on the host with the highest score that has room, the first of equals. */
final class Pods {
    private final int[] room;
    private final List<Integer> hosts;

    /** @param within hosts outside this domain are not looked at */
    Pods(Domain within, int[] room) {
        this.room = room.clone();
        this.hosts = new ArrayList<>();
        collect(within);
    }

    private void collect(Domain domain) {
        if (domain.children.isEmpty()) {
            hosts.add(domain.firstHost);
        } else {
            domain.children.forEach(this::collect);
        }
    }

    Optional<Integer> next(IntToDoubleFunction score) {
        int best = -1;
        double highest = Double.NEGATIVE_INFINITY;
        for (int host : hosts) {
            if (room[host] > 0) {
                double value = score.applyAsDouble(host);
                if (value > highest) {
                    highest = value;
                    best = host;
                }
            }
        }
        if (best < 0) {
            return Optional.empty();
        }
        room[best]--;
        return Optional.of(best);
    }
}
