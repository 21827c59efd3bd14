package dev.plinth.placement;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A gang that goes on with fewer members after a loss, none of which moves.
 *
 * <p>The elastic dimension loses the coordinates at which a member is missing; the rest keep their order, so every group of the
 * other dimensions stays as it is and the rings of the elastic one only close over the gaps. No shrinking keeps more members, since
 * a coordinate with a hole in it cannot go on.
 *
 * @param request the smaller gang, every member pinned
 * @param formerIndex index that each member had before
 */
public record Shrink(GangRequest request, SortedMap<Integer, Integer> formerIndex) {
    public Shrink {
        formerIndex = Collections.unmodifiableSortedMap(new TreeMap<>(formerIndex));
    }

    /**
     * Shrinks to the pinned members of a request.
     *
     * @return empty if the gang has no elastic dimension, or fewer than its fewest members would be left
     */
    public static Optional<Shrink> toSurvivors(GangRequest gang) {
        var elastic = gang.mesh().elastic();
        if (Axes.complaint(gang.mesh(), gang.size()).isPresent() || elastic.isEmpty()) {
            return Optional.empty();
        }
        var axes = Axes.of(gang.mesh());
        var axis = axes.all().stream()
                .filter(each -> each.name().equals(elastic.get()))
                .filter(each ->
                        each.degree() == gang.mesh().degree(elastic.get()).orElse(0))
                .findFirst();
        return axis.flatMap(along -> along(gang, along));
    }

    private static Optional<Shrink> along(GangRequest gang, Axis axis) {
        SortedSet<Integer> holes = new TreeSet<>();
        for (int member = 0; member < gang.size(); member++) {
            if (!gang.pinned().containsKey(member)) {
                holes.add(axis.coordinate(member));
            }
        }
        int degree = axis.degree() - holes.size();
        int members = gang.size() / axis.degree() * degree;
        if (members == 0 || members < Math.min(gang.extras().minSize(), gang.size())) {
            return Optional.empty();
        }
        var former = new TreeMap<Integer, Integer>();
        var pinned = new TreeMap<Integer, String>();
        for (var survivor : gang.pinned().entrySet()) {
            int coordinate = axis.coordinate(survivor.getKey());
            if (!holes.contains(coordinate)) {
                int block = axis.stride() * axis.degree();
                int index = survivor.getKey() / block * (axis.stride() * degree)
                        + (coordinate - holes.headSet(coordinate).size()) * axis.stride()
                        + survivor.getKey() % axis.stride();
                former.put(index, survivor.getKey());
                pinned.put(index, survivor.getValue());
            }
        }
        return Optional.of(new Shrink(gang.pinning(pinned).resized(members), former));
    }
}
