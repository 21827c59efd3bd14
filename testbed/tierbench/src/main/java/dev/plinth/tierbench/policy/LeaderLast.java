package dev.plinth.tierbench.policy;

import dev.plinth.tierbench.input.Job;
import dev.plinth.tierbench.input.Occupancy;
import java.util.Arrays;
import java.util.Optional;

/** For policies that place pod by pod: a leader with needs of its own goes where room is left, on the nearest host to member 0. */
final class LeaderLast {
    private LeaderLast() {}

    /** The hosts of the members, and then that of the leader if it needs one; empty if there is none for it. */
    static Optional<int[]> add(Occupancy occupancy, Job job, int[] hosts) {
        var leader = job.leader();
        if (leader.isEmpty()) {
            return Optional.of(hosts);
        }
        var left = occupancy.copy();
        Arrays.stream(hosts).forEach(host -> left.take(host, job.member(), 1));
        var fleet = occupancy.fleet();
        int required = job.required().map(fleet::level).orElse(-1);
        int best = -1;
        for (int host = 0; host < fleet.size(); host++) {
            if (left.room(host, leader.get(), 1) > 0
                    && !job.extras().avoid().contains(fleet.hosts().get(host))
                    && fleet.meet(host, hosts[0]) >= required
                    && (best < 0 || fleet.meet(host, hosts[0]) > fleet.meet(best, hosts[0]))) {
                best = host;
            }
        }
        if (best < 0) {
            return Optional.empty();
        }
        var all = Arrays.copyOf(hosts, hosts.length + 1);
        all[hosts.length] = best;
        return Optional.of(all);
    }
}
