package dev.plinth.placement;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Ways to share a number of members among domains of given room, in the order in which their parts follow one another. */
final class Packing {
    private final int[] room;
    private final int members;
    private final Pool domains;

    /** Every share must be a multiple of it. */
    private final int step;

    private List<Way> plain = List.of();

    /** What is worked out so far, by size of blocks: orders of one mesh share most of their blocks. */
    private final Map<Integer, List<Way>> found = new LinkedHashMap<>();

    private final Map<Portions, Way> known = new LinkedHashMap<>();

    /**
     * A way to share.
     *
     * @param number from 0, the same for two ways that come to the same
     */
    record Way(int number, Portions shares) {}

    /** Pieces of at most so many members of blocks of so many; {@code roomy} if whole blocks take the large holes first. */
    private record Blocks(int unit, int most, boolean roomy) {}

    Packing(int[] room, int members, int step) {
        this.room = room;
        this.members = members;
        this.step = step;
        this.domains = Pool.of(room);
    }

    /** Without a look at blocks: among as few domains as possible, and among as few with nearly the same for each. */
    List<Way> plain() {
        if (plain.isEmpty()) {
            plain = distinct(List.of(fewest(), even()));
        }
        return plain;
    }

    /** Whole blocks of so many members where they fit, the others in pieces. Whoever has seen enough need not ask for more. */
    List<Way> blocks(int unit) {
        if (unit <= 1 || unit >= members || unit % step != 0) {
            return List.of();
        }
        return found.computeIfAbsent(unit, _ -> {
            var ways = new ArrayList<Portions>();
            for (int most : pieces(unit, step)) {
                ways.add(whole(new Blocks(unit, most, true)));
                ways.add(whole(new Blocks(unit, most, false)));
            }
            return distinct(ways);
        });
    }

    /** Each once, without those in which the members cannot be shared. */
    private List<Way> distinct(List<Portions> ways) {
        return ways.stream()
                .filter(shares -> !shares.isEmpty())
                .map(shares -> known.computeIfAbsent(shares, _ -> new Way(known.size(), shares)))
                .distinct()
                .toList();
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
    private Portions fewest() {
        var shares = new Portions();
        return fill(shares, domains.copy(), members, members) ? shares : new Portions();
    }

    /** Pieces of at most so many members, each from the tightest domain that has the room, else from the largest. */
    private boolean fill(Portions shares, Pool pool, int wanted, int most) {
        int rest = wanted;
        while (rest > 0 && !pool.isEmpty()) {
            int at = pool.tightest(Math.min(rest, most));
            int domain = pool.remove(at == Pool.NONE ? 0 : at);
            int share = Math.min(Math.min(rest, most), room[domain]);
            shares.add(domain, share);
            rest -= share;
        }
        return rest == 0;
    }

    /** The fewest domains, all with nearly the same share, so that none is left with few members behind a thin uplink. */
    private Portions even() {
        int count = 0;
        long covered = 0;
        while (covered < members && count < domains.size()) {
            covered += domains.room(count++);
        }
        if (covered < members) {
            return new Portions();
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
                return new Portions();
            }
        }
        var list = new Portions();
        for (int i = 0; i < count; i++) {
            if (shares[i] > 0) {
                list.add(domains.domain(from + i), shares[i]);
            }
        }
        return list;
    }

    /**
     * Whole blocks first, or as many as possible of pieces; blocks that no domain holds whole are put together of as few pieces as
     * possible, each domain with at most one piece as long as there are enough.
     */
    private Portions whole(Blocks wanted) {
        int unit = wanted.unit();
        int most = wanted.most();
        var shares = new Portions();
        int blocks = members / unit;
        var pieces = domains.below(unit);
        var large = domains.from(unit);
        int fromPieces = wanted.roomy() ? 0 : Math.min(blocks, pairs(pieces, unit, most));
        int rest = blocks - fromPieces;
        while (rest > 0 && !large.isEmpty()) {
            int at = large.tightest(rest * unit);
            int domain = large.remove(at == Pool.NONE ? 0 : at);
            int share = Math.min(rest, room[domain] / unit) * unit;
            shares.add(domain, share);
            rest -= share / unit;
        }
        rest += fromPieces;
        var cut = most < unit ? large.and(pieces) : pieces;
        for (int block = 0; block < rest; block++) {
            if (!piece(shares, cut, unit, most)) {
                return new Portions();
            }
        }
        int odd = members % unit;
        if (odd > 0 && !fill(shares, most < unit ? cut : large.and(cut), odd, odd)) {
            return new Portions();
        }
        return shares;
    }

    /** One block out of pieces: the pair that leaves least room over, else the largest pieces first. */
    private boolean piece(Portions shares, Pool pieces, int unit, int most) {
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
        shares.add(first, half);
        shares.add(second, unit - half);
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
