package dev.plinth.placement;

import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which of the resources that members need are short on the open nodes of a domain.
 *
 * @param resources that admit the fewest members on at least one node
 * @param pieces what is free of them on nodes that have too little of it for one member
 */
record Scarcity(SortedSet<String> resources, SortedMap<String, Long> pieces) {
    static Scarcity of(GangRequest request, Cluster cluster, Domain scope) {
        var resources = new TreeSet<String>();
        var pieces = new TreeMap<String, Long>();
        for (int i = scope.from(); i < scope.to(); i++) {
            var node = cluster.at(i);
            if (Rooms.barrier(node, request).isPresent()) {
                continue;
            }
            int room = Rooms.ifOpen(node, request);
            request.perMember().amounts().forEach((resource, each) -> {
                boolean limits = each > 0 && node.free().times(Resources.of(resource, each), room + 1) == room;
                if (limits) {
                    resources.add(resource);
                    if (room == 0) {
                        pieces.merge(resource, Math.max(0, node.free().amount(resource)), Long::sum);
                    }
                }
            });
        }
        pieces.values().removeIf(free -> free == 0);
        return new Scarcity(Collections.unmodifiableSortedSet(resources), Collections.unmodifiableSortedMap(pieces));
    }
}
