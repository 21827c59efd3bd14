package dev.plinth.placement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Ways to share a number of members among domains of given room, in the order in which their parts follow one another. */
final class Packing {
    /** So many members go to a domain, given by its position. */
    record Share(int domain, int members) {}

    private static final int NONE = -1;

    private final int[] room;
    private final int members;
    private final List<Integer> byRoom;

    private Packing(int[] room, int members) {
        this.room = room;
        this.members = members;
        this.byRoom = new ArrayList<>();
        for (int i = 0; i < room.length; i++) {
            if (room[i] > 0) {
                byRoom.add(i);
            }
        }
        byRoom.sort(Comparator.comparingInt((Integer i) -> room[i]).reversed().thenComparingInt(i -> i));
    }

    /**
     * All ways worth a look.
     *
     * @param units sizes of blocks that should stay whole
     * @param step every share must be a multiple of it
     */
    static Iterable<List<Share>> of(int[] room, int members, int[] units, int step) {
        var packing = new Packing(room, members);
        var blocks = Arrays.stream(units)
                .filter(unit -> unit > 1 && unit < members && unit % step == 0)
                .boxed()
                .flatMap(unit -> Arrays.stream(pieces(unit, step))
                        .boxed()
                        .flatMap(most -> Stream.<Supplier<List<Share>>>of(
                                () -> packing.whole(unit, most, true), () -> packing.whole(unit, most, false))));
        // Worked out as they are asked for: whoever has seen enough need not wait for the others.
        return () -> Stream.concat(Stream.<Supplier<List<Share>>>of(packing::fewest, () -> packing.even(step)), blocks)
                .map(Supplier::get)
                .filter(shares -> !shares.isEmpty())
                .distinct()
                .iterator();
    }

    /** Largest pieces to cut a block into: whole, nearly even halves, thirds, quarters. */
    private static int[] pieces(int unit, int step) {
        int half = Math.ceilDiv(unit / step, 2) * step;
        return IntStream.of(
                        unit,
                        half,
                        half + step,
                        half + 2 * step,
                        Math.ceilDiv(unit / step, 3) * step,
                        Math.ceilDiv(unit / step, 4) * step)
                .filter(most -> most <= unit)
                .distinct()
                .toArray();
    }

    /** The largest until one domain takes the rest, and the tightest one for that. */
    private List<Share> fewest() {
        var shares = new ArrayList<Share>();
        return fill(shares, new ArrayList<>(byRoom), members, members) ? shares : List.of();
    }

    /** Pieces of at most so many members, each from the tightest domain that has the room, else from the largest. */
    private boolean fill(List<Share> shares, List<Integer> pool, int wanted, int most) {
        int rest = wanted;
        while (rest > 0 && !pool.isEmpty()) {
            int at = tightest(pool, Math.min(rest, most));
            int domain = pool.remove(at == NONE ? 0 : at);
            int share = Math.min(Math.min(rest, most), room[domain]);
            shares.add(new Share(domain, share));
            rest -= share;
        }
        return rest == 0;
    }

    /** Position in the pool, which is sorted by falling room, of the domain with the least room of those with enough. */
    private int tightest(List<Integer> pool, int wanted) {
        int low = 0;
        int high = pool.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (room[pool.get(middle)] >= wanted) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        // Of equals the first, so that the answer does not depend on how many there are.
        int last = low - 1;
        while (last > 0 && room[pool.get(last - 1)] == room[pool.get(last)]) {
            last--;
        }
        return last < 0 ? NONE : last;
    }

    /** The fewest domains, all with nearly the same share, so that none is left with few members behind a thin uplink. */
    private List<Share> even(int step) {
        int domains = 0;
        long covered = 0;
        while (covered < members && domains < byRoom.size()) {
            covered += room[byRoom.get(domains++)];
        }
        if (covered < members) {
            return List.of();
        }
        int level = (members / step + domains - 1) / domains * step;
        // The tightest domains that still take an even share, unless there are too few of them.
        int from = 0;
        while (from + domains < byRoom.size() && room[byRoom.get(from + domains)] >= level) {
            from++;
        }
        var chosen = byRoom.subList(from, from + domains);
        var shares = new int[domains];
        int rest = members;
        int whole = members / step / domains * step;
        for (int height = Math.max(step, whole); rest > 0; height += step) {
            int before = rest;
            for (int i = 0; i < domains && rest > 0; i++) {
                int more = Math.min(rest, Math.min(height, room[chosen.get(i)]) - shares[i]);
                shares[i] += more;
                rest -= more;
            }
            if (rest == before && height > room[chosen.getFirst()]) {
                return List.of();
            }
        }
        var list = new ArrayList<Share>();
        for (int i = 0; i < domains; i++) {
            if (shares[i] > 0) {
                list.add(new Share(chosen.get(i), shares[i]));
            }
        }
        return list;
    }

    /**
     * Whole blocks first; blocks that no domain holds whole are put together of as few pieces as possible, each domain with at most
     * one piece as long as there are enough.
     *
     * @param most members in a piece
     * @param roomy take whole blocks where they fit, else spare the large holes and make all blocks of pieces if possible
     */
    private List<Share> whole(int unit, int most, boolean roomy) {
        var shares = new ArrayList<Share>();
        int blocks = members / unit;
        var pieces = new ArrayList<Integer>();
        var large = new ArrayList<Integer>();
        byRoom.forEach(domain -> (room[domain] >= unit ? large : pieces).add(domain));
        int fromPieces = roomy ? 0 : Math.min(blocks, pairs(pieces, unit, most));
        int rest = blocks - fromPieces;
        while (rest > 0 && !large.isEmpty()) {
            int at = tightest(large, rest * unit);
            int domain = large.remove(at == NONE ? 0 : at);
            int share = Math.min(rest, room[domain] / unit) * unit;
            shares.add(new Share(domain, share));
            rest -= share / unit;
        }
        rest += fromPieces;
        if (most < unit) {
            pieces.addAll(0, large);
        }
        for (int block = 0; block < rest; block++) {
            if (!piece(shares, pieces, unit, most)) {
                return List.of();
            }
        }
        int odd = members % unit;
        if (odd > 0) {
            if (most == unit) {
                pieces.addAll(large);
            }
            pieces.sort(
                    Comparator.comparingInt((Integer i) -> room[i]).reversed().thenComparingInt(i -> i));
            if (!fill(shares, pieces, odd, odd)) {
                return List.of();
            }
        }
        return shares;
    }

    /** One block out of pieces: the pair that leaves least room over, else the largest pieces first. */
    private boolean piece(List<Share> shares, List<Integer> pieces, int unit, int most) {
        if (2 * most < unit) {
            return fill(shares, pieces, unit, most);
        }
        int bestFirst = NONE;
        int bestSecond = NONE;
        int least = Integer.MAX_VALUE;
        int lastRoom = NONE;
        for (int i = 0; i < pieces.size() && least > 0; i++) {
            int first = room[pieces.get(i)];
            if (2 * first < unit) {
                break;
            }
            if (first != lastRoom) {
                lastRoom = first;
                int second = tightest(pieces, unit - Math.min(first, most));
                if (second == i) {
                    second = i + 1 < pieces.size() && room[pieces.get(i + 1)] >= unit - Math.min(first, most)
                            ? i + 1
                            : NONE;
                }
                int waste = second == NONE ? Integer.MAX_VALUE : first + room[pieces.get(second)] - unit;
                if (waste < least) {
                    least = waste;
                    bestFirst = i;
                    bestSecond = second;
                }
            }
        }
        if (bestFirst == NONE) {
            return fill(shares, pieces, unit, most);
        }
        int first = pieces.get(bestFirst);
        int second = pieces.get(bestSecond);
        int half = Math.max(unit - Math.min(most, room[second]), Math.min(Math.min(most, room[first]), unit / 2));
        shares.add(new Share(first, half));
        shares.add(new Share(second, unit - half));
        pieces.remove(Math.max(bestFirst, bestSecond));
        pieces.remove(Math.min(bestFirst, bestSecond));
        return true;
    }

    /** How many blocks at most can be put together of pieces, two each if that is possible at all. */
    private int pairs(List<Integer> pieces, int unit, int most) {
        if (2 * most < unit) {
            return pieces.stream()
                            .mapToInt(domain -> Math.min(most, room[domain]))
                            .sum()
                    / unit;
        }
        int pairs = 0;
        int low = pieces.size() - 1;
        for (int high = 0; high < low; high++) {
            while (low > high
                    && Math.min(most, room[pieces.get(high)]) + Math.min(most, room[pieces.get(low)]) < unit) {
                low--;
            }
            if (low > high) {
                pairs++;
                low--;
            }
        }
        return pairs;
    }
}
