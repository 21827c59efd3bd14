package dev.plinth.placement;

import dev.plinth.placement.Orders.Order;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Places a new gang in a domain from the outside in: the members are put into an order, cut into consecutive parts, and each part
 * goes to a child, until hosts are reached. Orders and shares are chosen level by level, by what they cost on the uplinks of that
 * level.
 */
final class Splitter {
    /** How much more room than needed the pools have. */
    private static final double[] POOLS = {1, 2, 4, Double.POSITIVE_INFINITY};

    private static final int POOLED = 8;
    private static final int PIECES = 4;
    /** Into how many pieces at most a block is cut. */
    private static final int FINEST = 4;

    private final MeshProblem problem;
    private final Budget budget;
    private final List<List<Order>> ordersByDepth;
    private final CutTraffic traffic;
    private final InnerHoles inside;
    /** By axis, seconds that it takes wherever its members are. */
    private final double[] floor;

    /** Of the placement to beat. */
    private CutCost limit = CutCost.ANY;
    /** What the placement that is being put together costs at least, as far as it is. */
    private CutCost spent = CutCost.NOTHING;

    /** @param inside room that gangs to come lose at least inside the children */
    private record Cut(Portions shares, int[] members, CutCost cost, long inside) {}

    /** @param seen numbers of the ways in which they were shared already */
    private record Sequence(int[] members, BitSet seen) {}

    Splitter(MeshProblem problem, Budget budget) {
        this(problem, budget, orders(problem), InnerHoles.of(problem));
    }

    private Splitter(MeshProblem problem, Budget budget, List<List<Order>> ordersByDepth, InnerHoles inside) {
        this.problem = problem;
        this.budget = budget;
        this.ordersByDepth = ordersByDepth;
        this.inside = inside;
        this.traffic = new CutTraffic(problem);
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
                .map(piece -> new Splitter(problem.inPieces(depth, piece), budget, ordersByDepth, inside))
                .toList();
    }

    /** Node position of each member; empty if no cut was found that keeps together what must stay together. */
    Optional<int[]> place(Domain domain, Optional<Score> toBeat) {
        start(domain, toBeat);
        var nodeOf = new int[problem.size()];
        var all = new int[problem.size()];
        Arrays.setAll(all, member -> member);
        return place(domain, all, nodeOf) ? Optional.of(nodeOf) : Optional.empty();
    }

    /** Begins a placement, which is given up once it is sure to be worse than the one to beat. */
    private void start(Domain scope, Optional<Score> toBeat) {
        // Cuts count the members that a wish along an axis is not granted to, the score the groups: they do not
        // compare.
        boolean comparable = Arrays.stream(problem.preferredDepth()).allMatch(depth -> depth < 0);
        limit = toBeat.filter(_ -> comparable).map(CutCost::of).orElse(CutCost.ANY);
        spent = CutCost.NOTHING.losing(inside.around(scope, problem.size()));
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
        spent = spent.and(cut.cost()).losing(cut.inside());
        int from = 0;
        for (int i = 0; i < cut.shares().size(); i++) {
            var child = children.get(cut.shares().domain(i));
            int to = from + cut.shares().members(i);
            // From here on the cut of the child itself counts instead.
            spent = spent.losing(-inside.least(child, to - from));
            var part = Arrays.copyOfRange(cut.members(), from, to);
            Arrays.sort(part);
            from = to;
            if (!place(child, part, nodeOf)) {
                return false;
            }
        }
        return true;
    }

    /**
     * Placements that look past the levels between the domain and the racks: the racks of its roomiest children are one pool, as if
     * they hung from one switch. Finds racks that match where the cut between the children hardly costs anything.
     */
    List<int[]> placePooled(Domain domain, int depth, Optional<Score> toBeat) {
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
                start(domain, toBeat);
                pool.sort(Comparator.comparingInt(Domain::from));
                for (var cut : cuts(pool, all, POOLED)) {
                    var nodeOf = new int[problem.size()];
                    start(domain, toBeat);
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
        var room = children.stream().mapToInt(problem::room).toArray();
        var packing = new Packing(room, members.length, problem.unit(depth));
        var cuts = new ArrayList<Cut>();
        int seen = 0;
        var sequences = new ArrayList<Sequence>();
        for (var order : ordersByDepth.get(depth)) {
            var sequence = sequence(members, order, sequences);
            var ways = Stream.concat(
                    packing.plain().stream(),
                    Arrays.stream(order.units()).boxed().flatMap(unit -> packing.blocks(unit).stream()));
            for (var way : (Iterable<Packing.Way>) ways::iterator) {
                if (sequence.seen().get(way.number())) {
                    continue;
                }
                sequence.seen().set(way.number());
                if (seen++ > 0 && !budget.take(members.length + room.length)) {
                    return cuts;
                }
                var worst = cuts.size() < most ? CutCost.ANY : cuts.getLast().cost();
                cut(children, way.shares(), sequence.members(), worst).ifPresent(cut -> add(cuts, cut, most));
            }
        }
        return cuts;
    }

    /** The members in an order: as before if another order has them in the same sequence. */
    private static Sequence sequence(int[] members, Order order, List<Sequence> known) {
        var sorted = order.sorted(members);
        for (var other : known) {
            if (Arrays.equals(other.members(), sorted)) {
                return other;
            }
        }
        var sequence = new Sequence(sorted, new BitSet());
        known.add(sequence);
        return sequence;
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

    /** Empty once it is sure to cost more than {@code worst}, or to make a placement that is worse than the one to beat. */
    private Optional<Cut> cut(List<Domain> children, Portions shares, int[] sorted, CutCost worst) {
        traffic.begin(sorted, shares);
        int depth = children.getFirst().depth();
        var fabric = problem.cluster().fabric();
        var axes = problem.axes().all();
        int parts = shares.size();
        var sent = new long[parts];
        var received = new long[parts];
        var own = new double[parts];
        var capacity = new double[parts];
        long lost = 0;
        long lostInside = 0;
        for (int part = 0; part < parts; part++) {
            var child = children.get(shares.domain(part));
            int members = shares.members(part);
            own[part] = members * (problem.axes().grainsOfMember() * fabric.guaranteed()[depth]);
            capacity[part] =
                    problem.axes().grainsPerByte() * fabric.capacity()[depth][fabric.domainOf()[depth][child.from()]];
            lost += Holes.lost(problem.rooms().in(child), members);
            lostInside += inside.least(child, members);
        }
        double seconds = 0;
        long broken = problem.gangDepth() == depth ? parts - 1 : 0;
        var cost = new CutCost(broken, 0, 0, lost, 0);
        // No field of the cost shrinks from one axis to the next, so most cuts need not be looked at along all of them.
        for (int a = 0; a < axes.size(); a++) {
            var out = new long[parts];
            var in = new long[parts];
            long cut = traffic.add(a, sorted, out, in);
            broken += problem.preferredDepth()[a] == depth ? cut : 0;
            double slowest = floor[a];
            double busiest = 0;
            double crossing = 0;
            for (int part = 0; part < parts; part++) {
                slowest = Math.max(slowest, Math.max(out[part], in[part]) / own[part]);
                sent[part] += out[part];
                received[part] += in[part];
                double each = depth == fabric.hostDepth() ? 0 : Math.max(sent[part], received[part]) / capacity[part];
                busiest = Math.max(busiest, each);
                crossing += each;
            }
            seconds += slowest;
            var score = Score.of(broken, atLeast(seconds, a + 1), busiest, 0, crossing);
            cost = new CutCost(broken, score.ownPicos(), score.uplinkClass(), lost, crossing);
            if (cost.compareTo(worst) > 0 || spent.and(cost).losing(lostInside).compareTo(limit) > 0) {
                traffic.end(sorted);
                return Optional.empty();
            }
        }
        traffic.end(sorted);
        return Optional.of(new Cut(shares, sorted, cost, lostInside));
    }

    /** Seconds of all axes, if those from the given one on take no longer than they must; summed in the order of the exact sum. */
    private double atLeast(double seconds, int axis) {
        double sum = seconds;
        for (int a = axis; a < floor.length; a++) {
            sum += floor[a];
        }
        return sum;
    }
}
