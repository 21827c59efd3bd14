package dev.plinth.placement;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Ways to share a number of members among domains of given room, in the order in which their parts follow one another. */
final class Packing {
    /** So many members go to a domain, given by its position. */
    record Share(int domain, int members) {}

    private final int[] room;
    private final int members;
    private final Pool domains;

    /** What is worked out so far: orders of one mesh share most of their units. */
    private final Map<Way, List<Share>> found = new LinkedHashMap<>();

    /** Equal shares as one and the same list. */
    private final Map<List<Share>, List<Share>> known = new LinkedHashMap<>();

    /** How to share; each is worked out when it is asked for, as whoever has seen enough need not wait for the others. */
    sealed interface Way {
        /** Among as few domains as possible. */
        record Fewest() implements Way {}

        /** Among as few, nearly the same to each; every share a multiple of {@code step}. */
        record Even(int step) implements Way {}

        /**
         * Whole blocks where they fit, the others in pieces.
         *
         * @param unit members in a block
         * @param most members in a piece
         * @param roomy whether whole blocks take the large holes first
         */
        record Blocks(int unit, int most, boolean roomy) implements Way {}
    }

    Packing(int[] room, int members) {
        this.room = room;
        this.members = members;
        this.domains = Pool.of(room);
    }

    /**
     * All ways worth a look.
     *
     * @param units sizes of blocks that should stay whole
     * @param step every share must be a multiple of it
     */
    List<Way> ways(int[] units, int step) {
        var ways = new ArrayList<Way>(List.of(new Way.Fewest(), new Way.Even(step)));
        for (int unit : units) {
            if (unit > 1 && unit < members && unit % step == 0) {
                for (int most : pieces(unit, step)) {
                    ways.add(new Way.Blocks(unit, most, true));
                    ways.add(new Way.Blocks(unit, most, false));
                }
            }
        }
        return ways;
    }

    /** Empty if the members cannot be shared in this way; the same list for two ways that come to the same. */
    List<Share> shares(Way way) {
        return found.computeIfAbsent(way, _ -> {
            var shares = switch (way) {
                case Way.Fewest() -> fewest();
                case Way.Even(int step) -> even(step);
                case Way.Blocks blocks -> whole(blocks);
            };
            return known.computeIfAbsent(shares, Function.identity());
        });
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
        return fill(shares, domains.copy(), members, members) ? shares : List.of();
    }

    /** Pieces of at most so many members, each from the tightest domain that has the room, else from the largest. */
    private boolean fill(List<Share> shares, Pool pool, int wanted, int most) {
        int rest = wanted;
        while (rest > 0 && !pool.isEmpty()) {
            int at = pool.tightest(Math.min(rest, most));
            int domain = pool.remove(at == Pool.NONE ? 0 : at);
            int share = Math.min(Math.min(rest, most), room[domain]);
            shares.add(new Share(domain, share));
            rest -= share;
        }
        return rest == 0;
    }

    /** The fewest domains, all with nearly the same share, so that none is left with few members behind a thin uplink. */
    private List<Share> even(int step) {
        int count = 0;
        long covered = 0;
        while (covered < members && count < domains.size()) {
            covered += domains.room(count++);
        }
        if (covered < members) {
            return List.of();
        }
        int level = (members / step + count - 1) / count * step;
        // The tightest domains that still take an even share, unless there are too few of them.
        int from = 0;
        while (from + count < domains.size() && domains.room(from + count) >= level) {
            from++;
        }
        var shares = new int[count];
        int rest = members;
        int whole = members / step / count * step;
        for (int height = Math.max(step, whole); rest > 0; height += step) {
            int before = rest;
            for (int i = 0; i < count && rest > 0; i++) {
                int more = Math.min(rest, Math.min(height, domains.room(from + i)) - shares[i]);
                shares[i] += more;
                rest -= more;
            }
            if (rest == before && height > domains.room(from)) {
                return List.of();
            }
        }
        var list = new ArrayList<Share>();
        for (int i = 0; i < count; i++) {
            if (shares[i] > 0) {
                list.add(new Share(domains.domain(from + i), shares[i]));
            }
        }
        return list;
    }

    /**
     * Whole blocks first, or as many as possible of pieces; blocks that no domain holds whole are put together of as few pieces as
     * possible, each domain with at most one piece as long as there are enough.
     */
    private List<Share> whole(Way.Blocks wanted) {
        int unit = wanted.unit();
        int most = wanted.most();
        var shares = new ArrayList<Share>();
        int blocks = members / unit;
        var pieces = domains.below(unit);
        var large = domains.from(unit);
        int fromPieces = wanted.roomy() ? 0 : Math.min(blocks, pairs(pieces, unit, most));
        int rest = blocks - fromPieces;
        while (rest > 0 && !large.isEmpty()) {
            int at = large.tightest(rest * unit);
            int domain = large.remove(at == Pool.NONE ? 0 : at);
            int share = Math.min(rest, room[domain] / unit) * unit;
            shares.add(new Share(domain, share));
            rest -= share / unit;
        }
        rest += fromPieces;
        var cut = most < unit ? large.and(pieces) : pieces;
        for (int block = 0; block < rest; block++) {
            if (!piece(shares, cut, unit, most)) {
                return List.of();
            }
        }
        int odd = members % unit;
        if (odd > 0 && !fill(shares, most < unit ? cut : large.and(cut), odd, odd)) {
            return List.of();
        }
        return shares;
    }

    /** One block out of pieces: the pair that leaves least room over, else the largest pieces first. */
    private boolean piece(List<Share> shares, Pool pieces, int unit, int most) {
        if (2 * most < unit) {
            return fill(shares, pieces, unit, most);
        }
        int bestFirst = Pool.NONE;
        int bestSecond = Pool.NONE;
        int least = Integer.MAX_VALUE;
        int lastRoom = Pool.NONE;
        for (int i = 0; i < pieces.size() && least > 0; i++) {
            int first = pieces.room(i);
            if (2 * first < unit) {
                break;
            }
            if (first != lastRoom) {
                lastRoom = first;
                int second = pieces.tightest(unit - Math.min(first, most));
                if (second == i) {
                    second = i + 1 < pieces.size() && pieces.room(i + 1) >= unit - Math.min(first, most)
                            ? i + 1
                            : Pool.NONE;
                }
                int waste = second == Pool.NONE ? Integer.MAX_VALUE : first + pieces.room(second) - unit;
                if (waste < least) {
                    least = waste;
                    bestFirst = i;
                    bestSecond = second;
                }
            }
        }
        if (bestFirst == Pool.NONE) {
            return fill(shares, pieces, unit, most);
        }
        int first = pieces.domain(bestFirst);
        int second = pieces.domain(bestSecond);
        int half = Math.max(unit - Math.min(most, room[second]), Math.min(Math.min(most, room[first]), unit / 2));
        shares.add(new Share(first, half));
        shares.add(new Share(second, unit - half));
        pieces.remove(Math.max(bestFirst, bestSecond));
        pieces.remove(Math.min(bestFirst, bestSecond));
        return true;
    }

    /** How many blocks at most can be put together of pieces, two each if that is possible at all. */
    private int pairs(Pool pieces, int unit, int most) {
        if (2 * most < unit) {
            return IntStream.range(0, pieces.size())
                            .map(i -> Math.min(most, pieces.room(i)))
                            .sum()
                    / unit;
        }
        int pairs = 0;
        int low = pieces.size() - 1;
        for (int high = 0; high < low; high++) {
            while (low > high && Math.min(most, pieces.room(high)) + Math.min(most, pieces.room(low)) < unit) {
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
