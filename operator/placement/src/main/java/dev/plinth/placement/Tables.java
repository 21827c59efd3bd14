package dev.plinth.placement;

import dev.plinth.placement.Table.Cover;
import dev.plinth.placement.Table.Line;
import dev.plinth.placement.Table.Merged;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Builds the tables of domains from the nodes up, until the work set for it is done. */
final class Tables {
    private static final long UNREACHABLE = Long.MAX_VALUE / 2;

    private final Pieces pieces;
    private final Rooms rooms;
    private final Objective objective;
    private final int members;
    private long work;

    /** @param work elementary steps allowed for all tables together */
    Tables(Pieces pieces, Objective objective, int members, long work) {
        this.pieces = pieces;
        this.rooms = pieces.rooms();
        this.objective = objective;
        this.members = members;
        this.work = work;
    }

    /**
     * Costs of placing up to {@code members} in the domain, which must have room; empty if that takes more work than is allowed. Only
     * those of whole pieces count.
     */
    Optional<Table> of(Domain domain) {
        var line = line(domain);
        if (line.isPresent()) {
            return Optional.of(line.get());
        }
        var children = new ArrayList<Table>();
        for (var child : domain.children()) {
            if (pieces.in(child) > 0) {
                var table = of(child);
                if (table.isEmpty()) {
                    return Optional.empty();
                }
                children.add(table.get());
            }
        }
        var lines = children.stream()
                .filter(Line.class::isInstance)
                .map(Line.class::cast)
                .toList();
        int piece = pieces.unit()[domain.depth() + 1];
        boolean cover = lines.size() == children.size() && piece == 1;
        work -= cover ? (long) lines.size() * capped(domain) : mergeWork(children) / piece / piece;
        if (work < 0) {
            return Optional.empty();
        }
        return Optional.of(cover ? cover(domain, lines) : merge(domain, children, piece));
    }

    private Optional<Line> line(Domain domain) {
        if (domain.isNode()) {
            var each = new Cost(0, -objective.left()[domain.depth()]);
            return Optional.of(new Line(capped(domain), List.of(domain.from()), own(domain, 0), each));
        }
        boolean innermost = domain.children().getFirst().isNode();
        if (!innermost || rooms.hasPinned(domain) || !oneEach(domain)) {
            return Optional.empty();
        }
        var nodes = IntStream.range(domain.from(), domain.to())
                .filter(node -> rooms.perNode()[node] > 0)
                .boxed()
                .toList();
        int host = domain.depth() + 1;
        long left = domain.depth() < 0 ? 0 : objective.left()[domain.depth()];
        return Optional.of(new Line(
                capped(domain), nodes, own(domain, 0), new Cost(objective.used()[host], -left)));
    }

    private boolean oneEach(Domain domain) {
        for (int node = domain.from(); node < domain.to(); node++) {
            if (rooms.perNode()[node] > 1) {
                return false;
            }
        }
        return true;
    }

    private Cover cover(Domain domain, List<Line> lines) {
        int room = capped(domain);
        var used = new long[room + 1];
        var left = new long[room + 1];
        Arrays.fill(used, 1, room + 1, UNREACHABLE);
        var takes = new ArrayList<BitSet>();
        for (var line : lines) {
            var take = new BitSet(room + 1);
            long baseUsed = line.base().used();
            long baseLeft = line.base().left();
            for (int m = room; m > 0; m--) {
                int rest = Math.max(0, m - line.room());
                long withUsed = used[rest] + baseUsed;
                if (withUsed < used[m] || withUsed == used[m] && left[rest] + baseLeft < left[m]) {
                    used[m] = withUsed;
                    left[m] = left[rest] + baseLeft;
                    take.set(m);
                }
            }
            takes.add(take);
        }
        var each = lines.getFirst().each();
        for (int m = 1; m <= room; m++) {
            used[m] += m * each.used();
            left[m] += m * each.left();
        }
        addOwn(domain, used, left);
        return new Cover(used, left, lines, takes);
    }

    private Merged merge(Domain domain, List<Table> children, int piece) {
        var used = new long[] {0};
        var left = new long[] {0};
        var shares = new ArrayList<int[]>();
        for (var child : children) {
            int most = child.room() / piece * piece;
            int room = Math.min(members, used.length - 1 + most);
            var nextUsed = Arrays.copyOf(used, room + 1);
            var nextLeft = Arrays.copyOf(left, room + 1);
            Arrays.fill(nextUsed, used.length, room + 1, UNREACHABLE);
            var share = new int[room + 1];
            for (int s = piece; s <= most; s += piece) {
                long childUsed = child.used(s);
                long childLeft = child.left(s);
                int last = Math.min(room - s, used.length - 1);
                for (int rest = 0; rest <= last; rest += piece) {
                    long withUsed = used[rest] + childUsed;
                    int m = rest + s;
                    if (withUsed < nextUsed[m] || withUsed == nextUsed[m] && left[rest] + childLeft < nextLeft[m]) {
                        nextUsed[m] = withUsed;
                        nextLeft[m] = left[rest] + childLeft;
                        share[m] = s;
                    }
                }
            }
            used = nextUsed;
            left = nextLeft;
            shares.add(share);
        }
        addOwn(domain, used, left);
        return new Merged(used, left, children, shares);
    }

    private void addOwn(Domain domain, long[] used, long[] left) {
        for (int m = 1; m < used.length; m++) {
            var own = own(domain, m);
            used[m] += own.used();
            left[m] += own.left();
        }
    }

    private Cost own(Domain domain, int members) {
        return domain.depth() < 0 ? new Cost(0, 0) : objective.of(domain, rooms, members);
    }

    private long mergeWork(List<Table> children) {
        long steps = 0;
        long sum = 0;
        for (var child : children) {
            steps += (sum + 1) * child.room();
            sum = Math.min(members, sum + child.room());
        }
        return steps;
    }

    private int capped(Domain domain) {
        return (int) Math.min(members, pieces.in(domain));
    }
}
