package dev.plinth.placement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Orders in which the members of a mesh can be cut into consecutive parts. Along the order the fastest axis changes first, so a
 * part keeps whole groups of it; a tiled order takes blocks of one axis first, so that a part is a tile of two.
 */
final class Orders {
    private static final int MOST = 14;

    /**
     * One order.
     *
     * @param rank place of each member
     * @param members by place
     * @param units numbers of consecutive members that make whole blocks, smallest first
     */
    record Order(int[] rank, int[] members, int[] units) {
        /** Some members in this order. */
        int[] sorted(int[] some) {
            var ranks = new BitSet(rank.length);
            for (int member : some) {
                ranks.set(rank[member]);
            }
            var sorted = new int[some.length];
            int count = 0;
            for (int at = ranks.nextSetBit(0); at >= 0; at = ranks.nextSetBit(at + 1)) {
                sorted[count++] = members[at];
            }
            return sorted;
        }
    }

    /** A digit of a coordinate: the axis is written in two digits where it is tiled. */
    private record Digit(Axis axis, int low, int radix) {
        int of(int member) {
            return axis.coordinate(member) / low % radix;
        }
    }

    private Orders() {}

    /** @param fastest members that must stay together: the order starts with their axes */
    static List<Order> of(Axes axes, int size, List<Axis> fastest) {
        var rest = axes.all().stream().filter(axis -> !fastest.contains(axis)).toList();
        var digits = new ArrayList<List<Digit>>();
        permute(new ArrayList<>(), rest, digits);
        for (var axis : rest) {
            for (int low = 2; low < axis.degree() && rest.size() > 1; low *= 2) {
                if (axis.degree() % low == 0) {
                    digits.add(tiled(axis, low, rest));
                }
            }
        }
        var orders = new ArrayList<Order>();
        for (var tail : digits.subList(0, Math.min(MOST, digits.size()))) {
            var all = new ArrayList<Digit>();
            fastest.forEach(axis -> all.add(new Digit(axis, 1, axis.degree())));
            all.addAll(tail);
            orders.add(order(all, size));
        }
        return orders;
    }

    private static void permute(List<Axis> chosen, List<Axis> all, List<List<Digit>> digits) {
        if (chosen.size() == all.size()) {
            digits.add(chosen.stream()
                    .map(axis -> new Digit(axis, 1, axis.degree()))
                    .toList());
            return;
        }
        for (var axis : all) {
            if (!chosen.contains(axis) && digits.size() < MOST) {
                chosen.add(axis);
                permute(chosen, all, digits);
                chosen.removeLast();
            }
        }
    }

    /** Blocks of {@code low} of an axis, then the other axes, then the blocks. */
    private static List<Digit> tiled(Axis axis, int low, List<Axis> all) {
        var digits = new ArrayList<Digit>();
        digits.add(new Digit(axis, 1, low));
        all.stream()
                .filter(other -> !other.equals(axis))
                .forEach(other -> digits.add(new Digit(other, 1, other.degree())));
        digits.add(new Digit(axis, low, axis.degree() / low));
        return digits;
    }

    private static Order order(List<Digit> digits, int size) {
        var places = new long[size];
        for (int member = 0; member < size; member++) {
            long weight = 1;
            long place = 0;
            for (var digit : digits) {
                place += digit.of(member) * weight;
                weight *= digit.radix();
            }
            // Members that no axis tells apart have one place, and follow each other in it.
            places[member] = place << Integer.SIZE | member;
        }
        Arrays.sort(places);
        var rank = new int[size];
        var members = new int[size];
        for (int at = 0; at < size; at++) {
            members[at] = (int) places[at];
            rank[members[at]] = at;
        }
        var units = new int[digits.size()];
        int unit = 1;
        for (int i = 0; i < units.length; i++) {
            unit *= digits.get(i).radix();
            units[i] = unit;
        }
        return new Order(
                rank,
                members,
                Arrays.stream(units).filter(each -> each > 1).distinct().toArray());
    }
}
