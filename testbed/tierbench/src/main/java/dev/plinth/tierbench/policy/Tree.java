package dev.plinth.tierbench.policy;

import dev.plinth.tierbench.input.Job;
import dev.plinth.tierbench.input.Occupancy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** The tree of domains with the pods that each can take, as the reference policies count them. */
final class Tree {
    /**
     * A domain.
     *
     * @param level -1 for the whole cluster
     */
    static final class Domain {
        final int level;
        final int index;
        final int firstHost;
        final List<Domain> children = new ArrayList<>();
        /** What it can take, and later what it gets. */
        int pods;

        int slices;
        /** The same if the leader is in the domain as well. */
        int podsLed;

        int slicesLed;
        /** 1 if the leader fits, and later if it is here. */
        int leaders;

        Domain(int level, int index, int firstHost) {
            this.level = level;
            this.index = index;
            this.firstHost = firstHost;
        }

        int slices() {
            return slices;
        }

        int pods() {
            return pods;
        }

        int index() {
            return index;
        }

        void clear() {
            pods = 0;
            slices = 0;
            clearLed();
            children.forEach(Domain::clear);
        }

        void clearLed() {
            podsLed = 0;
            slicesLed = 0;
            leaders = 0;
            children.forEach(Domain::clearLed);
        }

        Domain copy() {
            var copy = new Domain(level, index, firstHost);
            copy.pods = pods;
            copy.slices = slices;
            copy.podsLed = podsLed;
            copy.slicesLed = slicesLed;
            copy.leaders = leaders;
            children.forEach(child -> copy.children.add(child.copy()));
            return copy;
        }
    }

    final Domain root = new Domain(-1, 0, 0);
    final List<List<Domain>> byLevel = new ArrayList<>();

    Tree(Occupancy occupancy, Job job) {
        this(occupancy, job, host -> true);
    }

    /** Of the hosts that are up and name the domains of all levels. */
    static Tree whole(Occupancy occupancy, Job job) {
        var fleet = occupancy.fleet();
        return new Tree(occupancy, job, host -> fleet.isWhole(host) && !occupancy.isDown(host));
    }

    private Tree(Occupancy occupancy, Job job, IntPredicate takesPart) {
        var fleet = occupancy.fleet();
        var room = occupancy.room(job);
        var led = job.leader().map(leader -> occupancy.roomBeside(leader, job)).orElse(room);
        var hosts = IntStream.range(0, fleet.size()).filter(takesPart).toArray();
        var outer = new int[fleet.size()];
        for (int level = 0; level <= fleet.host(); level++) {
            var domains = new ArrayList<Domain>();
            var known = new int[fleet.domains()[level]];
            Arrays.fill(known, -1);
            var inner = new int[fleet.size()];
            for (int host : hosts) {
                int index = fleet.domainOf()[level][host];
                if (known[index] < 0) {
                    known[index] = domains.size();
                    var domain = new Domain(level, index, host);
                    domains.add(domain);
                    var parent = level == 0 ? root : byLevel.getLast().get(outer[host]);
                    parent.children.add(domain);
                }
                inner[host] = known[index];
                domains.get(known[index]).pods += room[host];
            }
            byLevel.add(domains);
            outer = inner;
        }
        for (var host : byLevel.getLast()) {
            root.pods += host.pods;
            host.podsLed = led[host.firstHost] >= 0 ? led[host.firstHost] : host.pods;
            host.leaders = job.leader().isPresent() && led[host.firstHost] >= 0 ? 1 : 0;
        }
    }
}
