package dev.plinth.placement;

import dev.plinth.placement.Orders.Order;
import dev.plinth.placement.Packing.Share;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Places a new gang in a domain from the outside in: the members are put into an order, cut into consecutive parts, and each part
 * goes to a child, until hosts are reached. Orders and shares are chosen level by level, by what they cost on the uplinks of that
 * level.
 */
final class Splitter {
    private static final int OUTSIDE = -1;
    /** How much more room than needed the pools have. */
    private static final double[] POOLS = {1, 2, 4, Double.POSITIVE_INFINITY};

    private static final int POOLED = 8;
    private static final int PIECES = 4;
    /** Into how many pieces at most a block is cut. */
    private static final int FINEST = 4;

    private final MeshProblem problem;
    private final Budget budget;
    private final List<List<Order>> ordersByDepth;
    private final int[] partOf;
    /** By axis, seconds that it takes wherever its members are. */
    private final double[] floor;

    /** What a cut costs on the uplinks of one level, compared field by field. */
    private record CutCost(long broken, long ownPicos, long uplinkClass, long lost, double crossing)
            implements Comparable<CutCost> {
        private static final Comparator<CutCost> ORDER = Comparator.comparingLong(CutCost::broken)
                .thenComparingLong(CutCost::ownPicos)
                .thenComparingLong(CutCost::uplinkClass)
                .thenComparingLong(CutCost::lost)
                .thenComparingDouble(CutCost::crossing);

        /** More than any cut costs. */
        private static final CutCost ANY =
                new CutCost(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, Double.POSITIVE_INFINITY);

        @Override
        public int compareTo(CutCost other) {
            return ORDER.compare(this, other);
        }

        /** Whether a cut that breaks no less and takes no less time is sure to cost more. */
        boolean isBelow(long broken, double seconds) {
            return broken >= this.broken && Score.picos(seconds) > ownPicos;
        }
    }

    private record Cut(List<Share> shares, int[] members, CutCost cost) {}

    Splitter(MeshProblem problem, Budget budget) {
        this(problem, budget, orders(problem));
    }

    private Splitter(MeshProblem problem, Budget budget, List<List<Order>> ordersByDepth) {
        this.problem = problem;
        this.budget = budget;
        this.ordersByDepth = ordersByDepth;
        this.partOf = new int[problem.size()];
        Arrays.fill(partOf, OUTSIDE);
        this.floor = new double[problem.axes().all().size()];
        if (problem.alone()) {
            var fabric = problem.cluster().fabric();
            Arrays.setAll(floor, axis -> problem.axes().floorSeconds(axis, fabric));
        }
    }

    private static List<List<Order>> orders(MeshProblem problem) {
        var ordersByDepth = new ArrayList<List<Order>>();
        var axes = problem.axes().all();
        for (int depth = 0; depth <= problem.cluster().topology().hostDepth(); depth++) {
            int at = depth;
            var together = axes.stream()
                    .filter(axis -> problem.requiredDepth()[axes.indexOf(axis)] >= at)
                    .toList();
            boolean asBefore = depth > 0 && problem.unit(depth) == problem.unit(depth - 1);
            ordersByDepth.add(asBefore ? ordersByDepth.getLast() : Orders.of(problem.axes(), problem.size(), together));
        }
        return ordersByDepth;
    }

    /**
     * Others that use only those racks which have room for a whole piece of a block, and look for domains with many of them: half
     * a ring in each rack may cost less than a ring that is all in one but for a few.
     */
    List<Splitter> inPieces(int depth) {
        int roomiest = problem.cluster().domains(depth).stream()
                .mapToInt(problem::room)
                .max()
                .orElse(0);
        return ordersByDepth.get(depth).stream()
                .flatMapToInt(order -> Arrays.stream(order.units()))
                .flatMap(unit -> IntStream.rangeClosed(1, FINEST)
                        .filter(parts -> unit % parts == 0)
                        .map(parts -> unit / parts))
                .filter(piece -> piece > 1 && piece <= roomiest && piece % problem.unit(depth) == 0)
                .distinct()
                .boxed()
                .sorted(Comparator.reverseOrder())
                .limit(PIECES)
                .map(piece -> new Splitter(problem.inPieces(depth, piece), budget, ordersByDepth))
                .toList();
    }

    /** Node position of each member; empty if no cut was found that keeps together what must stay together. */
    Optional<int[]> place(Domain domain) {
        var nodeOf = new int[problem.size()];
        var all = new int[problem.size()];
        Arrays.setAll(all, member -> member);
        return place(domain, all, nodeOf) ? Optional.of(nodeOf) : Optional.empty();
    }

    private boolean place(Domain domain, int[] members, int[] nodeOf) {
        if (domain.isNode()) {
            for (int member : members) {
                nodeOf[member] = domain.from();
            }
            return true;
        }
        var children = domain.children().stream()
                .filter(child -> problem.room(child) > 0)
                .toList();
        if (children.stream().mapToLong(problem::room).sum() < members.length) {
            return false;
        }
        var single = children.stream()
                .filter(child -> problem.room(child) >= members.length)
                .min(Comparator.comparingInt(problem::room));
        if (single.isPresent()) {
            return place(single.get(), members, nodeOf);
        }
        if (children.stream().allMatch(child -> child.isNode() && problem.room(child) == 1)) {
            for (int i = 0; i < members.length; i++) {
                nodeOf[members[i]] = children.get(i).from();
            }
            return true;
        }
        var cut = best(children, members);
        if (cut.isEmpty()) {
            return false;
        }
        return fill(children, cut.get(), nodeOf);
    }

    private boolean fill(List<Domain> children, Cut cut, int[] nodeOf) {
        int from = 0;
        for (var share : cut.shares()) {
            var part = Arrays.copyOfRange(cut.members(), from, from + share.members());
            Arrays.sort(part);
            from += share.members();
            if (!place(children.get(share.domain()), part, nodeOf)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Placements that look past the levels between the domain and the racks: the racks of its roomiest children are one pool, as if
     * they hung from one switch. Finds racks that match where the cut between the children hardly costs anything.
     */
    List<int[]> placePooled(Domain domain, int depth) {
        var outer = domain.children().stream()
                .filter(child -> problem.room(child) > 0)
                .sorted(Comparator.comparingInt((Domain child) -> problem.room(child))
                        .reversed())
                .toList();
        var all = new int[problem.size()];
        Arrays.setAll(all, member -> member);
        var found = new ArrayList<int[]>();
        int lastPool = 0;
        for (double slack : POOLS) {
            var pool = new ArrayList<Domain>();
            long room = 0;
            for (int i = 0; i < outer.size() && room < slack * problem.size(); i++) {
                room += problem.room(outer.get(i));
                collect(outer.get(i), depth, pool);
            }
            if (pool.size() > lastPool && room >= problem.size()) {
                lastPool = pool.size();
                pool.sort(Comparator.comparingInt(Domain::from));
                for (var cut : cuts(pool, all, POOLED)) {
                    var nodeOf = new int[problem.size()];
                    if (fill(pool, cut, nodeOf)) {
                        found.add(nodeOf);
                    }
                }
            }
        }
        return found;
    }

    private void collect(Domain domain, int depth, List<Domain> pool) {
        if (domain.depth() == depth) {
            if (problem.room(domain) > 0) {
                pool.add(domain);
            }
        } else {
            domain.children().forEach(child -> collect(child, depth, pool));
        }
    }

    private Optional<Cut> best(List<Domain> children, int[] members) {
        return cuts(children, members, 1).stream().findFirst();
    }

    /** The best cuts of those that the budget lets us look at, the best one first and of equals the one found first. */
    private List<Cut> cuts(List<Domain> children, int[] members, int most) {
        int depth = children.getFirst().depth();
        int step = problem.unit(depth);
        var room = children.stream().mapToInt(problem::room).toArray();
        var packing = new Packing(room, members.length);
        var cuts = new ArrayList<Cut>();
        int seen = 0;
        for (var order : ordersByDepth.get(depth)) {
            var sorted = sorted(members, order);
            var looked = new ArrayList<List<Share>>();
            for (var way : packing.ways(order.units(), step)) {
                var shares = packing.shares(way);
                if (shares.isEmpty() || looked.stream().anyMatch(other -> other == shares)) {
                    continue;
                }
                looked.add(shares);
                if (seen++ > 0 && !budget.take(members.length + room.length)) {
                    return cuts;
                }
                var worst = cuts.size() < most ? CutCost.ANY : cuts.getLast().cost();
                cost(children, shares, sorted, worst).ifPresent(cost -> add(cuts, new Cut(shares, sorted, cost), most));
            }
        }
        return cuts;
    }

    private static void add(List<Cut> cuts, Cut cut, int most) {
        int at = cuts.size();
        while (at > 0 && cut.cost().compareTo(cuts.get(at - 1).cost()) < 0) {
            at--;
        }
        cuts.add(at, cut);
        if (cuts.size() > most) {
            cuts.removeLast();
        }
    }

    private static int[] sorted(int[] members, Order order) {
        var keys = new long[members.length];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = (long) order.rank()[members[i]] << Integer.SIZE | members[i];
        }
        Arrays.sort(keys);
        var sorted = new int[keys.length];
        for (int i = 0; i < keys.length; i++) {
            sorted[i] = (int) keys[i];
        }
        return sorted;
    }

    /** Empty once it is sure to cost more than {@code worst}. */
    private Optional<CutCost> cost(List<Domain> children, List<Share> shares, int[] sorted, CutCost worst) {
        int from = 0;
        for (int part = 0; part < shares.size(); part++) {
            for (int i = 0; i < shares.get(part).members(); i++) {
                partOf[sorted[from++]] = part;
            }
        }
        int depth = children.getFirst().depth();
        var fabric = problem.cluster().fabric();
        var axes = problem.axes().all();
        var sent = new long[shares.size()];
        var received = new long[shares.size()];
        double own = 0;
        long broken = problem.gangDepth() == depth ? shares.size() - 1 : 0;
        for (int a = 0; a < axes.size(); a++) {
            var out = new long[shares.size()];
            var in = new long[shares.size()];
            long cut = addLoads(a, sorted, out, in);
            broken += problem.preferredDepth()[a] == depth ? cut : 0;
            double slowest = floor[a];
            for (int part = 0; part < out.length; part++) {
                double share =
                        shares.get(part).members() * problem.axes().grainsOfMember() * fabric.guaranteed()[depth];
                slowest = Math.max(slowest, Math.max(out[part], in[part]) / share);
                sent[part] += out[part];
                received[part] += in[part];
            }
            own += slowest;
            if (worst.isBelow(broken, atLeast(own, a + 1))) {
                forget(sorted);
                return Optional.empty();
            }
        }
        double busiest = 0;
        double crossing = 0;
        long lost = 0;
        for (int part = 0; part < sent.length; part++) {
            var child = children.get(shares.get(part).domain());
            double capacity =
                    problem.axes().grainsPerByte() * fabric.capacity()[depth][fabric.domainOf()[depth][child.from()]];
            double seconds = depth == fabric.hostDepth() ? 0 : Math.max(sent[part], received[part]) / capacity;
            busiest = Math.max(busiest, seconds);
            crossing += seconds;
            lost += Holes.lost(problem.rooms().in(child), shares.get(part).members());
        }
        forget(sorted);
        var score = Score.of(broken, own, busiest, 0, crossing);
        return Optional.of(new CutCost(broken, score.ownPicos(), score.uplinkClass(), lost, crossing));
    }

    /** Seconds of all axes, if those from the given one on take no longer than they must; summed in the order of the exact sum. */
    private double atLeast(double seconds, int axis) {
        double sum = seconds;
        for (int a = axis; a < floor.length; a++) {
            sum += floor[a];
        }
        return sum;
    }

    private void forget(int[] members) {
        for (int member : members) {
            partOf[member] = OUTSIDE;
        }
    }

    /** Adds what each part sends and receives along an axis; returns how many members have a neighbour in another part. */
    private long addLoads(int a, int[] sorted, long[] out, long[] in) {
        var axis = problem.axes().all().get(a);
        var next = problem.neighbours().next()[a];
        var previous = problem.neighbours().previous()[a];
        long grains = axis.grains();
        long cut = 0;
        for (int member : sorted) {
            int part = partOf[member];
            switch (axis.traffic()) {
                case RING -> {
                    if (partOf[next[member]] != part) {
                        out[part] += grains;
                        cut++;
                    }
                    if (partOf[previous[member]] != part) {
                        in[part] += grains;
                    }
                }
                case POINT_TO_POINT -> {
                    if (next[member] != Neighbours.NONE && partOf[next[member]] != part) {
                        out[part] += grains;
                        in[part] += grains;
                        cut++;
                    }
                    if (previous[member] != Neighbours.NONE && partOf[previous[member]] != part) {
                        out[part] += grains;
                        in[part] += grains;
                    }
                }
                case ALL_TO_ALL -> cut += addGroup(axis, member, out, in);
            }
        }
        return cut;
    }

    /** Of the group of a member that is its first in the cut; of any other nothing, so that each group is counted once. */
    private long addGroup(Axis axis, int member, long[] out, long[] in) {
        var membersOf = new TreeMap<Integer, Integer>();
        for (int coordinate = 0; coordinate < axis.degree(); coordinate++) {
            int other = axis.at(member, coordinate);
            if (partOf[other] != OUTSIDE && other < member) {
                return 0;
            }
            if (partOf[other] != OUTSIDE) {
                membersOf.merge(partOf[other], 1, Integer::sum);
            }
        }
        long cut = 0;
        for (var part : membersOf.entrySet()) {
            long inside = part.getValue();
            long others = axis.degree() - inside;
            out[part.getKey()] += inside * others * axis.grains();
            in[part.getKey()] += inside * others * axis.grains();
            cut += others > 0 ? inside : 0;
        }
        return cut;
    }
}
