package dev.plinth.tierbench.policy;

import dev.plinth.tierbench.input.Fleet;
import dev.plinth.tierbench.input.Job;
import dev.plinth.tierbench.input.Occupancy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
        int pods;
        int slices;

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
    }

    final Domain root = new Domain(-1, 0, 0);
    final List<List<Domain>> byLevel = new ArrayList<>();
    private final Fleet fleet;

    Tree(Occupancy occupancy, Job job) {
        this.fleet = occupancy.fleet();
        var room = occupancy.room(job.accelerators());
        for (int level = 0; level <= fleet.host(); level++) {
            byLevel.add(new ArrayList<>());
            for (int host = 0; host < fleet.size(); host++) {
                int index = fleet.domainOf()[level][host];
                if (index == byLevel.get(level).size()) {
                    var domain = new Domain(level, index, host);
                    byLevel.get(level).add(domain);
                    parent(level, host).children.add(domain);
                }
                byLevel.get(level).get(index).pods += room[host];
            }
        }
        for (int host : room) {
            root.pods += host;
        }
    }

    private Domain parent(int level, int host) {
        return level == 0 ? root : byLevel.get(level - 1).get(fleet.domainOf()[level - 1][host]);
    }

    /** Counts slices of so many pods at a level, and sums them up above it; inside it a slice is a pod. */
    void countSlices(int size, int sliceLevel) {
        count(root, size, sliceLevel);
    }

    private int count(Domain domain, int size, int sliceLevel) {
        int sum = 0;
        for (var child : domain.children) {
            sum += count(child, size, sliceLevel);
        }
        domain.slices = domain.level < sliceLevel ? sum : domain.level == sliceLevel ? domain.pods / size : 0;
        return domain.slices;
    }

    /** Hosts in the order of the tree, each as often as it has pods, the n-th for rank n. */
    static Optional<int[]> hosts(List<Domain> chosen, int members) {
        var sorted = chosen.stream()
                .sorted((a, b) -> Integer.compare(a.firstHost, b.firstHost))
                .toList();
        var hosts = new int[members];
        int member = 0;
        for (var domain : sorted) {
            for (int pod = 0; pod < domain.pods && member < members; pod++) {
                hosts[member++] = domain.firstHost;
            }
        }
        return member == members ? Optional.of(hosts) : Optional.empty();
    }
}
