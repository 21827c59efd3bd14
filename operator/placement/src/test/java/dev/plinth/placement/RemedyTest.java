package dev.plinth.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.placement.Placement.Placed;
import dev.plinth.placement.Placement.Unplaceable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.Statistics;

/** What a waiting gang is told to do lets it start, as code of the test's own finds by doing it. */
class RemedyTest {
    private static final String GPU = "nvidia.com/gpu";
    private static final String MEMORY = "memory";

    /** A gang and the nodes it asks for room on. */
    private record Scene(Topology topology, List<Node> nodes, GangRequest gang) {
        boolean fits() {
            return Placer.place(gang, Cluster.of(topology, nodes)) instanceof Placed;
        }

        List<Remedy> remedies() {
            return Placer.place(gang, Cluster.of(topology, nodes)) instanceof Unplaceable(var explanation)
                    ? explanation.remedies()
                    : List.of();
        }

        Scene asking(GangRequest other) {
            return new Scene(topology, nodes, other);
        }

        Scene on(List<Node> others) {
            return new Scene(topology, others, gang);
        }
    }

    @Property(tries = 3000)
    void every_remedy_is_true(@ForAll Random random) {
        var scene = scene(random);
        for (var remedy : scene.remedies()) {
            remedy.changes()
                    .forEach(change -> Statistics.collect(change.getClass().getSimpleName()));
            assertThat(after(scene, remedy.changes()).fits())
                    .as("%s for %s", remedy.text(), scene)
                    .isTrue();
        }
    }

    @Property(tries = 1000)
    void changes_that_are_needed_together_do_not_help_apart(@ForAll Random random) {
        var scene = scene(random);
        // With a leader or spares, which come after the members, what is asked less of may find a worse place.
        for (var remedy : hasExtras(scene.gang()) ? List.<Remedy>of() : scene.remedies()) {
            for (var change : remedy.changes()) {
                var others = new ArrayList<>(remedy.changes());
                others.remove(change);
                assertThat(after(scene, others).fits())
                        .as("%s without %s for %s", remedy.text(), change.text(), scene)
                        .isFalse();
            }
        }
    }

    @Property(tries = 1000)
    void of_members_spares_and_nodes_no_more_is_asked_than_needed(@ForAll Random random) {
        var scene = scene(random);
        for (var remedy : scene.remedies()) {
            for (var change : remedy.changes()) {
                lesser(scene, change)
                        .ifPresent(
                                less -> assertThat(after(scene, List.of(less)).fits())
                                        .as("%s where %s is said for %s", less.text(), remedy.text(), scene)
                                        .isFalse());
            }
        }
    }

    @Example
    void a_gang_with_spares_and_a_leader_is_told_how_many_nodes_it_lacks() {
        var two = Resources.of(GPU, 2);
        var gang = GangRequest.of("gang ml/g", 4, Resources.of(GPU, 1))
                .leading(Resources.of(GPU, 1))
                .sparing(Spares.of(2));
        var scene = new Scene(Topology.of(), List.of(new Node("n0", new TreeMap<>(), two)), gang);
        // Seven accelerators, of which two are there, on nodes of two.
        assertThat(scene.remedies())
                .flatExtracting(Remedy::changes)
                .contains(new Change.AddNodes(3, two, new TreeMap<>(), ""));
    }

    private static Optional<Change> lesser(Scene scene, Change change) {
        return switch (change) {
            // A larger gang than the least, which is explained, may have room beside its members for more spares.
            case Change.SpareCount(int count)
            when scene.gang().extras().spares().count() > count + 1 && count > 0 && hasOneSize(scene.gang()) ->
                Optional.of(new Change.SpareCount(count + 1));
            case Change.Resize(int members)
            when members + 1 < scene.gang().size() && scene.gang().mesh().isNone() ->
                Optional.of(new Change.Resize(members + 1));
            case Change.AddNodes(int count, var each, var domains, var where)
            when count > 1 && (!hasExtras(scene.gang()) || scene.gang().mesh().isNone()) ->
                Optional.of(new Change.AddNodes(count - 1, each, domains, where));
            default -> Optional.empty();
        };
    }

    private static boolean hasOneSize(GangRequest gang) {
        return gang.extras().minSize() >= gang.size();
    }

    /** With them it can depend on the names of new nodes whether a place is found; a remedy holds for those named first and last. */
    private static boolean hasExtras(GangRequest gang) {
        return gang.extras().leader().isPresent() || gang.extras().spares().count() > 0;
    }

    private static Scene after(Scene scene, List<Change> changes) {
        var then = scene;
        for (var change : changes) {
            then = after(then, change);
        }
        return then;
    }

    private static Scene after(Scene scene, Change change) {
        var gang = scene.gang();
        var extras = gang.extras();
        var mesh = gang.mesh();
        return switch (change) {
            case Change.Open(var open) -> {
                var avoid = new TreeMap<>(gang.avoid());
                avoid.keySet().removeAll(open.keySet());
                yield scene.asking(gang.avoiding(avoid))
                        .on(scene.nodes().stream()
                                .map(node -> open.containsKey(node.name())
                                        ? new Node(
                                                node.name(),
                                                node.domains(),
                                                node.free(),
                                                Optional.empty(),
                                                node.holders())
                                        : node)
                                .toList());
            }
            case Change.End(var owners, long room) ->
                scene.on(scene.nodes().stream()
                        .map(node -> without(node, owners))
                        .toList());
            case Change.Require(var level, var instead) -> scene.asking(gang.requiring(level));
            case Change.Prefer(var level) ->
                scene.asking(changed(gang, gang.size(), gang.perMember(), Optional.of(level), mesh));
            case Change.PreferAlong(var name, var level) -> {
                var dimensions = mesh.dimensions().stream()
                        .map(each -> each.name().equals(name)
                                ? new Dimension(
                                        name,
                                        each.degree(),
                                        each.traffic(),
                                        each.bytesPerStep(),
                                        Optional.empty(),
                                        Optional.of(level))
                                : each)
                        .toList();
                yield scene.asking(gang.talking(new Mesh(mesh.ranksPerMember(), dimensions, mesh.elastic())));
            }
            case Change.Share(var dimension, var level) ->
                scene.asking(gang.spreading(extras.spread().stream()
                        .filter(spread -> !spread.dimension().equals(dimension)
                                || !spread.level().equals(level))
                        .toArray(Spread[]::new)));
            case Change.SpareCount(int count) ->
                scene.asking(gang.sparing(new Spares(count, extras.spares().near())));
            case Change.Resize(int members) -> {
                var dimensions = mesh.dimensions().stream()
                        .map(each -> mesh.elastic().equals(Optional.of(each.name()))
                                ? new Dimension(
                                        each.name(),
                                        each.degree() * members / gang.size(),
                                        each.traffic(),
                                        each.bytesPerStep(),
                                        each.required(),
                                        each.preferred())
                                : each)
                        .toList();
                yield scene.asking(changed(
                        gang,
                        members,
                        gang.perMember(),
                        Optional.empty(),
                        new Mesh(mesh.ranksPerMember(), dimensions, mesh.elastic())));
            }
            case Change.NeedAtMost(var most) -> {
                var need = new TreeMap<>(gang.perMember().amounts());
                most.amounts().forEach((name, amount) -> need.merge(name, amount, Math::min));
                yield scene.asking(changed(gang, gang.size(), new Resources(need), Optional.empty(), mesh));
            }
            case Change.ReplaceAll(var level) ->
                scene.asking(gang.pinning(new TreeMap<>()))
                        .on(scene.nodes().stream()
                                .map(node -> vacated(node, gang))
                                .toList());
            case Change.AddNodes(int count, var each, var domains, var where) -> {
                var nodes = new ArrayList<>(scene.nodes());
                IntStream.range(0, count).forEach(i -> nodes.add(new Node("x" + i, domains, each)));
                yield scene.on(nodes);
            }
        };
    }

    /** @param preferred in place of the required level; empty to leave the levels as they are */
    private static GangRequest changed(
            GangRequest gang, int size, Resources each, Optional<String> preferred, Mesh mesh) {
        return new GangRequest(
                gang.name(),
                size,
                each,
                preferred.isPresent() ? Optional.empty() : gang.requiredLevel(),
                preferred.or(gang::preferredLevel),
                gang.pinned(),
                gang.avoid(),
                mesh,
                gang.extras());
    }

    private static Node without(Node node, List<String> owners) {
        var free = node.free();
        var holders = new TreeMap<String, Resources>();
        for (var holder : node.holders().entrySet()) {
            if (owners.contains(holder.getKey())) {
                free = free.plus(holder.getValue());
            } else {
                holders.put(holder.getKey(), holder.getValue());
            }
        }
        return new Node(node.name(), node.domains(), free, node.closed(), holders);
    }

    private static Node vacated(Node node, GangRequest gang) {
        var free = node.free();
        for (var pinned : gang.pinned().values()) {
            free = pinned.equals(node.name()) ? free.plus(gang.perMember()) : free;
        }
        return new Node(node.name(), node.domains(), free, node.closed(), node.holders());
    }

    /** Crowded, so that most gangs must wait. */
    private static Scene scene(Random random) {
        var topology = pick(random, Topology.of(), Topology.of("rack"), Topology.of("block", "rack"));
        int each = pick(random, 1, 1, 2, 4);
        boolean memory = random.nextInt(3) == 0;
        var nodes = new ArrayList<Node>();
        int count = 1 + random.nextInt(7);
        for (int i = 0; i < count; i++) {
            nodes.add(node(random, "n" + i, topology, each, memory));
        }
        var need = new TreeMap<String, Long>(Map.of(GPU, (long) each * pick(random, 1, 1, 1, 1, 1, 1, 9)));
        if (memory) {
            need.put(MEMORY, 3L + random.nextInt(8));
        }
        return new Scene(topology, nodes, gang(random, topology, count, each, new Resources(need)));
    }

    private static Node node(Random random, String name, Topology topology, int each, boolean memory) {
        var domains = new TreeMap<String, String>();
        int rack = random.nextInt(4);
        for (var level : topology.levels().subList(0, topology.hostDepth())) {
            if (random.nextInt(14) > 0) {
                domains.put(level, level.charAt(0) + "" + (level.equals("block") ? rack % 2 : rack));
            }
        }
        var free = new TreeMap<String, Long>(Map.of(GPU, (long) random.nextInt(3 * each + 1)));
        if (memory) {
            free.put(MEMORY, (long) random.nextInt(40) - 3);
        }
        var holders = new TreeMap<String, Resources>();
        for (var owner : List.of("gang ml/a", "gang ml/b", "pod ml/c")) {
            if (random.nextInt(4) == 0) {
                holders.put(owner, Resources.of(GPU, 1 + random.nextInt(2 * each)));
            }
        }
        var closed = random.nextInt(6) == 0 ? Optional.of("cordoned") : Optional.<String>empty();
        return new Node(name, domains, new Resources(free), closed, holders);
    }

    private static GangRequest gang(Random random, Topology topology, int nodes, int each, Resources need) {
        var levels = topology.levels().toArray(String[]::new);
        var dimensions = new ArrayList<Dimension>();
        int size = 1 + random.nextInt(8);
        if (random.nextBoolean()) {
            dimensions.add(Dimension.ring("tensor", each, 1e9));
            size = 1;
            for (int degree :
                    pick(random, List.of(2), List.of(3), List.of(2, 2), List.of(2, 3), List.of(5), List.of(4, 2))) {
                var dimension = Dimension.ring("d" + dimensions.size(), degree, pick(random, 0.0, 1e9));
                dimensions.add(random.nextInt(3) == 0 ? dimension.requiring(pick(random, levels)) : dimension);
                size *= degree;
            }
        }
        var gang = GangRequest.of("gang ml/g", size, need);
        if (!dimensions.isEmpty()) {
            var mesh = new Mesh(each, dimensions, Optional.empty());
            gang = gang.talking(
                    random.nextInt(3) == 0 ? mesh.elasticIn(dimensions.getLast().name()) : mesh);
            gang = random.nextInt(3) == 0
                    ? gang.spreading(new Spread(
                            pick(random, dimensions.toArray(Dimension[]::new)).name(), pick(random, levels)))
                    : gang;
        }
        gang = random.nextInt(3) == 0 ? gang.requiring(pick(random, levels)) : gang;
        gang = random.nextInt(4) == 0 ? gang.preferring(pick(random, levels)) : gang;
        gang = random.nextInt(6) == 0
                ? gang.avoiding(new TreeMap<>(Map.of("n" + random.nextInt(nodes), "had a fault")))
                : gang;
        gang = random.nextInt(4) == 0 ? gang.leading(Resources.of(GPU, random.nextInt(3))) : gang;
        if (random.nextInt(4) == 0) {
            var spares = Spares.of(1 + random.nextInt(3));
            gang = gang.sparing(random.nextBoolean() ? spares.near(pick(random, levels)) : spares);
        }
        if (random.nextInt(4) == 0) {
            var pinned = new TreeMap<Integer, String>();
            for (int member = 0; member < size; member++) {
                if (random.nextInt(3) == 0) {
                    pinned.put(member, "n" + random.nextInt(nodes));
                }
            }
            gang = gang.pinning(pinned);
        }
        return random.nextInt(4) == 0 ? gang.atLeast(1 + random.nextInt(size)) : gang;
    }

    @SafeVarargs
    private static <T> T pick(Random random, T... of) {
        return of[random.nextInt(of.length)];
    }
}
