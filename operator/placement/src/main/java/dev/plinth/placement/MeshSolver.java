package dev.plinth.placement;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Places a gang that says who exchanges how much with whom: builds placements domain by domain or member by member, betters the
 * best one, and for a small gang looks through all the others.
 */
final class MeshSolver {
    private static final long EXPANSIONS = 420_000;
    private static final long EXACT_NODES = 400_000;
    private static final int EXACT_MEMBERS = 12;
    private static final int DOMAINS_A_LEVEL = 12;
    private static final int TOGETHER_A_LEVEL = 3;
    /** For moves after a repair, each of which is judged for the whole gang. */
    private static final long RELOCATIONS = 2_000_000;

    private final MeshProblem problem;
    private final Cluster cluster;
    private final Loads loads;
    private final double bound;
    private Optional<Answer> best = Optional.empty();

    /**
     * A placement.
     *
     * @param nodes position of the node of each member
     */
    record Answer(int[] nodes, Score score, ExtraPods extras, Prediction prediction) {}

    /** One that uses only those domains of a level that take whole pieces of blocks. */
    private record InPieces(int depth, Splitter splitter) {}

    private MeshSolver(MeshProblem problem) {
        this.problem = problem;
        this.cluster = problem.cluster();
        this.loads = problem.loads();
        this.bound = bound();
    }

    /**
     * The best placement found.
     *
     * @param allowed domains of which one must take all members
     */
    static Optional<Answer> solve(Cluster cluster, GangRequest request, Rooms rooms, List<Domain> allowed) {
        return new MeshSolver(MeshProblem.of(cluster, request, rooms)).solve(allowed);
    }

    private Optional<Answer> solve(List<Domain> allowed) {
        boolean oneByOne = isOneByOne();
        var budget = new Budget(EXPANSIONS);
        var splitter = new Splitter(problem, budget);
        var inPieces = List.<InPieces>of();
        int innermost = Integer.MIN_VALUE;
        for (var scope : scopes(allowed)) {
            innermost = Math.max(innermost, scope.depth());
            // A wider domain is worth a look only while the narrower ones cost time.
            if (best.isPresent() && (budget.isSpent() || scope.depth() < innermost && losesNothing())) {
                break;
            }
            if (oneByOne) {
                insert(scope, budget);
            } else {
                splitter.place(scope, toBeat()).ifPresent(this::consider);
                int racks = cluster.topology().hostDepth() - 1;
                if (!losesNothing()) {
                    if (inPieces.isEmpty()) {
                        inPieces = inPieces(splitter);
                    }
                    for (var each : inPieces) {
                        if (scope.depth() < each.depth() && !budget.isSpent()) {
                            each.splitter().place(scope, toBeat()).ifPresent(this::consider);
                        }
                    }
                }
                if (scope.depth() < racks - 1 && !losesNothing() && !budget.isSpent()) {
                    splitter.placePooled(scope, racks, toBeat()).forEach(this::consider);
                }
            }
        }
        if (best.isEmpty() && problem.request().extras().spares().count() > 0) {
            reserve(allowed);
        }
        best.ifPresent(found -> polish(allowed, found));
        boolean searched = searchAll(allowed);
        return best.map(found -> new Answer(found.nodes(), found.score(), found.extras(), predict(found, searched)));
    }

    private Optional<Score> toBeat() {
        return best.map(Answer::score);
    }

    /** A place that leaves room for the spares, whatever it costs; it will be bettered. */
    private void reserve(List<Domain> allowed) {
        new Reserve(problem.request(), Pieces.singles(cluster, problem.rooms()))
                .of(allowed)
                .map(shares -> new RankOrder(cluster, problem.request()).assign(shares.taken()))
                .ifPresent(nodes -> consider(nodes.values().stream()
                        .mapToInt(node -> cluster.position(node).orElseThrow())
                        .toArray()));
    }

    private boolean isOneByOne() {
        return !problem.request().pinned().isEmpty() || Spreads.any(problem.request());
    }

    /** Of racks, and of hosts that take several members each. */
    private List<InPieces> inPieces(Splitter splitter) {
        int host = cluster.topology().hostDepth();
        return IntStream.of(host - 1, host)
                .filter(depth -> depth >= 0 && !(depth == host && problem.alone()))
                .boxed()
                .flatMap(depth -> splitter.inPieces(depth).stream().map(each -> new InPieces(depth, each)))
                .toList();
    }

    /** Beside the survivors, wherever each one fits best; and all together in one domain, as those of a lost host were. */
    private void insert(Domain scope, Budget budget) {
        for (var room : together(scope)) {
            for (boolean roomy : new boolean[] {false, true}) {
                long width = room.to() - room.from();
                if (best.isEmpty() || budget.take(width * problem.request().unplaced())) {
                    pin();
                    if (new Insertion(problem, roomy).place(loads, room)) {
                        consider();
                    }
                }
            }
        }
    }

    /** The scope, and domains in it that have room for all who need a place, the tightest few of each level. */
    private List<Domain> together(Domain scope) {
        var domains = new ArrayList<>(List.of(scope));
        int wanted = problem.request().unplaced();
        for (int depth = cluster.topology().hostDepth(); depth > scope.depth() && wanted > 1; depth--) {
            cluster.domains(depth).stream()
                    .filter(scope::encloses)
                    .filter(domain -> problem.rooms().in(domain) >= wanted)
                    .sorted(Comparator.comparingLong(problem.rooms()::in))
                    .limit(TOGETHER_A_LEVEL)
                    .forEach(domains::add);
        }
        return domains;
    }

    private boolean losesNothing() {
        return best.isPresent() && best.get().score().ownSeconds() <= bound * (1 + 1e-6);
    }

    /** Domains with room for all, the innermost level first, and of a level the tightest first. */
    private List<Domain> scopes(List<Domain> allowed) {
        var scopes = new ArrayList<Domain>();
        int levels = 0;
        for (int depth = cluster.topology().hostDepth(); depth >= -1; depth--) {
            if (depth == cluster.topology().hostDepth() && problem.alone() && problem.size() > 1) {
                continue;
            }
            var domains = depth < 0 ? List.of(cluster.root()) : cluster.domains(depth);
            var fitting = domains.stream()
                    .filter(domain -> allowed.stream().anyMatch(outer -> outer.encloses(domain)))
                    .filter(this::hasRoom)
                    .filter(domain -> problem.rooms().hasAllPinnedOf(domain, cluster.root()))
                    .sorted(Comparator.comparingLong(problem.rooms()::in))
                    .limit(levels == 0 ? DOMAINS_A_LEVEL : 2)
                    .toList();
            scopes.addAll(fitting);
            levels += fitting.isEmpty() ? 0 : 1;
        }
        return scopes;
    }

    /** For all members that need a place, and for the spares in the domain of theirs. */
    private boolean hasRoom(Domain domain) {
        var request = problem.request();
        int near = Math.min(domain.depth(), ExtraPods.nearDepth(request, cluster));
        var around = near < 0 ? cluster.root() : cluster.around(domain.from(), near);
        return problem.rooms().in(domain) + spares(domain) >= request.unplaced()
                && problem.rooms().in(around) + spares(around) >= request.wanted();
    }

    private int spares(Domain domain) {
        int spares = 0;
        for (var name : problem.request().extras().heldSpares()) {
            var position = cluster.position(name);
            boolean inside = position.isPresent() && domain.contains(position.getAsInt());
            spares += inside && problem.heldSpares(position.getAsInt()) > 0 ? 1 : 0;
        }
        return spares;
    }

    private void pin() {
        loads.clear();
        problem.request()
                .pinned()
                .forEach((member, node) -> cluster.position(node).ifPresent(position -> loads.put(member, position)));
    }

    private void consider(int[] nodes) {
        loads.clear();
        loads.putAll(nodes);
        consider();
    }

    private void consider() {
        if (!problem.isLegal(loads)) {
            return;
        }
        var score = problem.score(loads);
        if (best.isEmpty() || score.compareTo(best.get().score()) < 0) {
            ExtraPods.of(problem, loads).ifPresent(extras -> {
                var nodes = new int[problem.size()];
                Arrays.setAll(nodes, loads::nodeOf);
                best = Optional.of(new Answer(nodes, score, extras, Prediction.NOTHING));
            });
        }
    }

    private void polish(List<Domain> allowed, Answer found) {
        loads.clear();
        loads.putAll(found.nodes());
        var scope = allowed.stream()
                .filter(domain -> Arrays.stream(found.nodes()).allMatch(domain::contains))
                .findFirst();
        var score = new Polish(problem, scope.orElseThrow(), new Budget(EXPANSIONS / 2)).improve(loads, found.score());
        if (isOneByOne()) {
            new Relocation(problem, scope.orElseThrow(), new Budget(RELOCATIONS)).improve(loads, score);
        }
        consider();
    }

    /** Whether there is proof that nothing is better. */
    private boolean searchAll(List<Domain> allowed) {
        if (problem.size() > EXACT_MEMBERS) {
            return false;
        }
        var budget = new Budget(EXACT_NODES);
        for (var scope : allowed) {
            pin();
            var search = new ExactSearch(problem, loads, best.map(Answer::score), budget);
            search.search(scope).ifPresent(nodes -> {
                best = Optional.empty();
                consider(nodes);
            });
        }
        return !budget.isSpent();
    }

    private Prediction predict(Answer found, boolean searched) {
        loads.clear();
        loads.putAll(found.nodes());
        var axes = problem.axes();
        var fabric = cluster.fabric();
        return new Prediction(
                loads.ownSeconds(),
                axes.flatSeconds(fabric.guaranteed()[fabric.hostDepth()]),
                bound,
                loads.busiestUplink(),
                busiest(),
                searched);
    }

    private double bound() {
        var rooms = IntStream.rangeClosed(0, cluster.topology().hostDepth())
                .mapToObj(depth -> {
                    if (depth == cluster.topology().hostDepth() && problem.alone()) {
                        return new int[] {1};
                    }
                    var room = cluster.domains(depth).stream()
                            .mapToInt(this::mostIn)
                            .sorted()
                            .toArray();
                    for (int i = 0; i < room.length / 2; i++) {
                        int other = room[room.length - 1 - i];
                        room[room.length - 1 - i] = room[i];
                        room[i] = other;
                    }
                    return room;
                })
                .toList();
        return Bound.seconds(problem.axes(), cluster.fabric(), problem.size(), rooms);
    }

    /** Members that a domain holds or can take. */
    private int mostIn(Domain domain) {
        int pinned = problem.pinnedIn()[domain.depth()][cluster.fabric().domainOf()[domain.depth()][domain.from()]];
        return (int) Math.min(problem.size(), problem.rooms().in(domain) + pinned + spares(domain));
    }

    private String busiest() {
        double busiest = 0;
        var path = "";
        for (int depth = 0; depth < cluster.topology().hostDepth(); depth++) {
            for (int i = 0; i < loads.activeDomains(depth); i++) {
                int domain = loads.activeDomain(depth, i);
                double seconds = loads.uplinkSeconds(depth, domain);
                if (seconds > busiest) {
                    busiest = seconds;
                    path = cluster.domains(depth).get(domain).path();
                }
            }
        }
        return path;
    }
}
