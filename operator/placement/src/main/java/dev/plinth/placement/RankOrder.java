package dev.plinth.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Decides which member gets which of the chosen places, so that members of neighbouring index are near each other. */
record RankOrder(Cluster cluster, GangRequest request) {
    /** Above so many places a repair hands them out in the order of the tree, like a new gang. */
    private static final int MATCHED = 2_000;

    /** @param taken members by node position */
    SortedMap<Integer, String> assign(int[] taken) {
        var places = places(taken);
        var positions = new TreeMap<Integer, Integer>();
        request.pinned()
                .forEach((member, node) ->
                        cluster.position(node).ifPresent(position -> positions.put(member, position)));
        boolean repair = !positions.isEmpty() && places.size() <= MATCHED;
        int next = 0;
        for (int member = 0; positions.size() < request.size(); member++) {
            if (!positions.containsKey(member)) {
                positions.put(member, repair ? places.remove(nearest(places, member, positions)) : places.get(next++));
            }
        }
        var nodes = new TreeMap<Integer, String>();
        positions.forEach(
                (member, position) -> nodes.put(member, cluster.at(position).name()));
        return nodes;
    }

    private static List<Integer> places(int[] taken) {
        var places = new ArrayList<Integer>();
        for (int position = 0; position < taken.length; position++) {
            for (int i = 0; i < taken[position]; i++) {
                places.add(position);
            }
        }
        return places;
    }

    /** Index of the place that is nearest to the two neighbours of the member, as far as they have a place. */
    private int nearest(List<Integer> places, int member, SortedMap<Integer, Integer> positions) {
        int best = 0;
        int least = Integer.MAX_VALUE;
        for (int i = 0; i < places.size(); i++) {
            int distance = 0;
            for (int neighbour : new int[] {member - 1, member + 1}) {
                var position = positions.get(neighbour);
                distance += position == null ? 0 : cluster.distance(places.get(i), position);
            }
            if (distance < least) {
                least = distance;
                best = i;
            }
        }
        return best;
    }
}
