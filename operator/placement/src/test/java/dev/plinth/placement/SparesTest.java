package dev.plinth.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.placement.Placement.Placed;
import dev.plinth.placement.Placement.Unplaceable;
import dev.plinth.placement.SmallCases.Case;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.junit.jupiter.api.Test;

/** Members, spares and a leader find their places together whenever there are any; the judge tries all ways to share. */
class SparesTest {
    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void spares_and_a_leader_find_a_place_whenever_there_is_one(@ForAll("withSpares") Case small) {
        boolean possible = new Judgement(small).isPossible();
        Statistics.label("possible").collect(possible);
        switch (Placer.place(small.request(), small.cluster())) {
            case Placed placed -> {
                assertThat(possible).isTrue();
                assertThat(placed.spares())
                        .hasSize(small.request().extras().spares().count());
                assertThat(placed.leader().isPresent())
                        .isEqualTo(small.request().extras().leader().isPresent());
                new Judgement(small).check(placed);
            }
            case Unplaceable unplaceable ->
                assertThat(possible).as(unplaceable.explanation().text()).isFalse();
        }
        Statistics.label("possible").coverage(coverage -> {
            coverage.check(true).percentage(share -> share > 12);
            coverage.check(false).percentage(share -> share > 20);
        });
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void lost_members_of_a_gang_without_a_mesh_take_the_spares_it_holds_where_nothing_else_is_free(
            @ForAll("holdingSpares") Case small) {
        var request = small.request();
        boolean possible = new Judgement(small).isPossible();
        Statistics.label("possible").collect(possible);
        assertThat(Placer.place(request, small.cluster()) instanceof Placed).isEqualTo(possible);
        Statistics.label("possible").coverage(coverage -> {
            coverage.check(true).percentage(share -> share > 12);
            coverage.check(false).percentage(share -> share > 10);
        });
    }

    @Test
    void members_that_nothing_tells_apart_each_get_a_node() {
        var nodes = List.of(node("n0", "a", 1), node("n1", "b", 1), node("n2", "b", 2));
        var request = GangRequest.of("g", 3, Resources.of(SmallCases.GPU, 1))
                .requiring("rack")
                .holdingSpares(List.of("n0"));

        var placed = (Placed) Placer.place(request, Cluster.of(Topology.of("rack"), nodes));

        assertThat(placed.nodes().values()).containsExactlyInAnyOrder("n1", "n2", "n2");
    }

    @Test
    void an_elastic_gang_that_can_only_keep_its_survivors_gets_spares_beside_them_though_their_rack_is_unknown() {
        var one = Resources.of(SmallCases.GPU, 1);
        var node = new Node("n0", new TreeMap<>(), one, Optional.empty(), new TreeMap<>());
        var request = GangRequest.of("g", 3, one)
                .requiring("rack")
                .atLeast(1)
                .pinning(new TreeMap<>(Map.of(0, "n0")))
                .sparing(Spares.of(1).near("rack"));

        var placed = (Placed) Placer.place(request, Cluster.of(Topology.of("rack"), List.of(node)));

        assertThat(placed.nodes()).containsExactlyEntriesOf(Map.of(0, "n0"));
        assertThat(placed.spares()).containsExactly("n0");
    }

    @Provide
    Arbitrary<Case> withSpares() {
        return Combinators.combine(
                        SmallCases.cases().filter(SparesTest::survivorsKeepTheRequiredLevel),
                        Arbitraries.integers().between(1, 3),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.integers().between(0, 2))
                .as((small, spares, near, leader) -> {
                    var levels = small.topology().levels();
                    var wish = near < levels.size() ? Spares.of(spares).near(levels.get(near)) : Spares.of(spares);
                    var request = small.request().sparing(wish);
                    return new Case(
                            small.topology(),
                            small.nodes(),
                            leader == 0 ? request : request.leading(Resources.of(SmallCases.GPU, leader)));
                });
    }

    @Provide
    Arbitrary<Case> holdingSpares() {
        return Combinators.combine(
                        SmallCases.cases().filter(SparesTest::survivorsKeepTheRequiredLevel),
                        Arbitraries.integers().between(0, 1).list().ofMinSize(1).ofMaxSize(2))
                .as((small, held) -> new Case(
                        small.topology(),
                        small.nodes(),
                        small.request()
                                .holdingSpares(held.stream()
                                        .map(node -> small.nodes().get(node).name())
                                        .toList())));
    }

    private static Node node(String name, String rack, int gpus) {
        return new Node(
                name,
                new TreeMap<>(Map.of("rack", rack)),
                Resources.of(SmallCases.GPU, gpus),
                Optional.empty(),
                new TreeMap<>());
    }

    /** A gang whose survivors are apart already is left as it is. */
    private static boolean survivorsKeepTheRequiredLevel(Case small) {
        var cluster = small.cluster();
        return small.request().requiredLevel().stream()
                .mapToInt(cluster.topology()::depth)
                .allMatch(depth -> small.request().pinned().values().stream()
                                .map(node -> cluster.fabric()
                                        .domainOf()[depth][
                                        cluster.position(node).orElseThrow()])
                                .distinct()
                                .count()
                        <= 1);
    }

    /** All ways to share members and spares among the nodes. */
    private static final class Judgement {
        private final GangRequest request;
        private final Cluster cluster;
        private final int near;
        private final int required;
        private final int[] room;
        private final int[] pinned;

        Judgement(Case small) {
            this.request = small.request();
            this.cluster = small.cluster();
            this.required =
                    request.requiredLevel().map(cluster.topology()::depth).orElse(-1);
            this.near = Math.max(
                    required,
                    request.extras()
                            .spares()
                            .near()
                            .map(cluster.topology()::depth)
                            .orElse(-1));
            this.room = IntStream.range(0, cluster.size())
                    .map(position -> room(cluster.at(position), Resources.NONE))
                    .toArray();
            this.pinned = new int[cluster.size()];
            request.pinned()
                    .values()
                    .forEach(node -> pinned[cluster.position(node).orElseThrow()]++);
        }

        private int room(Node node, Resources beside) {
            int held = (int) request.extras().heldSpares().stream()
                    .filter(node.name()::equals)
                    .count();
            boolean open = node.closed().isEmpty() && !request.avoid().containsKey(node.name());
            return open ? held + node.free().minus(beside).times(request.perMember(), 100) : 0;
        }

        boolean isPossible() {
            var leader = request.extras().leader();
            if (leader.isEmpty()) {
                return share(
                        0,
                        request.unplaced(),
                        request.extras().spares().count(),
                        pinned.clone(),
                        new int[room.length],
                        -1);
            }
            return IntStream.range(0, room.length).anyMatch(seat -> {
                var node = cluster.at(seat);
                if (node.closed().isPresent()
                        || request.avoid().containsKey(node.name())
                        || !node.free().covers(leader.get())) {
                    return false;
                }
                int before = room[seat];
                room[seat] = room(node, leader.get());
                boolean possible = share(
                        0,
                        request.unplaced(),
                        request.extras().spares().count(),
                        pinned.clone(),
                        new int[room.length],
                        seat);
                room[seat] = before;
                return possible;
            });
        }

        private boolean share(int node, int members, int spares, int[] withMembers, int[] withSpares, int seat) {
            if (node == room.length) {
                return members == 0 && spares == 0 && isLegal(withMembers, withSpares, seat);
            }
            for (int m = 0; m <= Math.min(members, room[node]); m++) {
                for (int s = 0; s <= Math.min(spares, room[node] - m); s++) {
                    withMembers[node] += m;
                    withSpares[node] += s;
                    boolean possible = share(node + 1, members - m, spares - s, withMembers, withSpares, seat);
                    withMembers[node] -= m;
                    withSpares[node] -= s;
                    if (possible) {
                        return true;
                    }
                }
            }
            return false;
        }

        private boolean isLegal(int[] withMembers, int[] withSpares, int seat) {
            var members = domains(required, withMembers);
            boolean together = required < 0
                    || members.length == 1
                            && isLabelled(members[0])
                            && (seat < 0 || cluster.fabric().domainOf()[required][seat] == members[0]);
            var places = domains(near, withMembers);
            return together
                    && Arrays.stream(domains(near, withSpares))
                            .allMatch(domain -> Arrays.stream(places).anyMatch(place -> place == domain));
        }

        private boolean isLabelled(int domain) {
            return request.unplaced() == 0
                    || cluster.domains(required).get(domain).labelled();
        }

        private int[] domains(int depth, int[] pods) {
            return IntStream.range(0, pods.length)
                    .filter(node -> pods[node] > 0)
                    .map(node -> depth < 0 ? 0 : cluster.fabric().domainOf()[depth][node])
                    .distinct()
                    .toArray();
        }

        void check(Placed placed) {
            var withMembers = count(placed.nodes().values().stream());
            var withSpares = count(placed.spares().stream());
            var seat = placed.leader().map(node -> cluster.position(node).orElseThrow());
            assertThat(isLegal(withMembers, withSpares, seat.orElse(-1))).isTrue();
            for (int node = 0; node < room.length; node++) {
                var beside = seat.equals(Optional.of(node))
                        ? request.extras().leader().orElse(Resources.NONE)
                        : Resources.NONE;
                assertThat(withMembers[node] - pinned[node] + withSpares[node])
                        .isLessThanOrEqualTo(Math.max(0, room(cluster.at(node), beside)));
            }
        }

        private int[] count(Stream<String> names) {
            var pods = new int[room.length];
            names.forEach(name -> pods[cluster.position(name).orElseThrow()]++);
            return pods;
        }
    }
}
