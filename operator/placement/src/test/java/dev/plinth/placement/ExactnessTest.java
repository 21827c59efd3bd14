package dev.plinth.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.placement.Placement.Placed;
import dev.plinth.placement.Placement.Unplaceable;
import dev.plinth.placement.SmallCases.Case;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.statistics.Statistics;

/** Every decision on a small cluster is compared with the best of all possible ones. */
class ExactnessTest {
    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void a_placement_is_as_good_as_the_best_one_that_brute_force_finds(@ForAll("cases") Case small) {
        var best = small.judge().best();
        Statistics.label("answer").collect(best.isPresent() ? "placed" : "unplaceable");
        Statistics.label("kind").collect(small.request().pinned().isEmpty() ? "new" : "repair");
        switch (Placer.place(small.request(), small.cluster())) {
            case Placed placed ->
                assertThat(small.judge().score(new TreeMap<>(placed.nodes()))).isEqualTo(best);
            case Unplaceable unplaceable ->
                assertThat(best).as(unplaceable.explanation().text()).isEmpty();
        }
        Statistics.label("answer").coverage(coverage -> {
            coverage.check("placed").percentage(share -> share > 35);
            coverage.check("unplaceable").percentage(share -> share > 20);
        });
        Statistics.label("kind").coverage(coverage -> coverage.check("repair").percentage(share -> share > 10));
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void slices_of_which_no_traffic_is_known_are_placed_as_well_as_brute_force_can(@ForAll("sliced") Case small) {
        var best = small.judge().best();
        Statistics.label("slices").collect(best.isPresent() ? "placed" : "unplaceable");
        switch (Placer.place(small.request(), small.cluster())) {
            case Placed placed -> {
                assertThat(small.judge().score(new TreeMap<>(placed.nodes()))).isEqualTo(best);
                assertThat(slicesApart(small, placed)).isZero();
            }
            case Unplaceable unplaceable ->
                assertThat(best).as(unplaceable.explanation().text()).isEmpty();
        }
        Statistics.label("slices").coverage(coverage -> {
            coverage.check("placed").percentage(share -> share > 20);
            coverage.check("unplaceable").percentage(share -> share > 20);
        });
    }

    /** Slices of consecutive members that are not in one domain. */
    private static long slicesApart(Case small, Placed placed) {
        long apart = 0;
        int slice = 1;
        for (var dimension : small.request().mesh().dimensions()) {
            slice *= dimension.degree();
            int size = slice;
            apart += dimension.required().stream()
                    .flatMapToInt(level -> IntStream.range(0, placed.nodes().size() / size)
                            .filter(first -> IntStream.range(first * size, (first + 1) * size)
                                            .mapToObj(member -> domain(small, placed, member, level))
                                            .distinct()
                                            .count()
                                    > 1))
                    .count();
        }
        return apart;
    }

    private static int domain(Case small, Placed placed, int member, String level) {
        var cluster = small.cluster();
        int depth = cluster.topology().depth(level);
        int position = cluster.position(placed.nodes().getOrDefault(member, "")).orElseThrow();
        return cluster.fabric().domainOf()[depth][position];
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void a_leader_and_its_members_find_a_place_whenever_there_is_one(
            @ForAll("cases") Case small, @ForAll @LongRange(min = 1, max = 3) long gpus) {
        var leader = Resources.of(SmallCases.GPU, gpus);
        var request = small.request().pinning(new TreeMap<>());
        boolean possible = small.nodes().stream().anyMatch(seat -> hasRoomBeside(small, request, seat, leader));
        Statistics.label("leader").collect(possible);
        switch (Placer.place(request.leading(leader), small.cluster())) {
            case Placed placed -> {
                assertThat(possible).isTrue();
                assertThat(placed.leader()).isPresent();
            }
            case Unplaceable unplaceable ->
                assertThat(possible).as(unplaceable.explanation().text()).isFalse();
        }
        Statistics.label("leader").coverage(coverage -> {
            coverage.check(true).percentage(share -> share > 20);
            coverage.check(false).percentage(share -> share > 20);
        });
    }

    /** Whether the members fit with the leader on a node: by brute force, in each domain of the required level for itself. */
    private static boolean hasRoomBeside(Case small, GangRequest request, Node seat, Resources leader) {
        if (seat.closed().isPresent()
                || request.avoid().containsKey(seat.name())
                || !seat.free().covers(leader)) {
            return false;
        }
        var cluster = small.cluster();
        int position = cluster.position(seat.name()).orElseThrow();
        var inside = request.requiredLevel()
                .map(level -> cluster.domains(cluster.topology().depth(level)).stream()
                        .filter(domain -> domain.contains(position))
                        .findFirst()
                        .orElseThrow())
                .orElse(cluster.root());
        var nodes = small.nodes().stream()
                .filter(node -> inside.contains(cluster.position(node.name()).orElseThrow()))
                .map(node -> node.name().equals(seat.name())
                        ? new Node(
                                node.name(), node.domains(), node.free().minus(leader), node.closed(), node.holders())
                        : node)
                .toList();
        return new Judge(request, small.topology(), nodes).best().isPresent();
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void the_order_in_which_nodes_are_listed_changes_nothing(@ForAll("cases") Case small, @ForAll long seed) {
        var shuffled = new ArrayList<>(small.nodes());
        Collections.shuffle(shuffled, new Random(seed));
        assertThat(Placer.place(small.request(), Cluster.of(small.topology(), shuffled)))
                .isEqualTo(Placer.place(small.request(), small.cluster()));
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void the_fast_way_for_very_large_gangs_never_gives_a_node_more_than_it_has(@ForAll("cases") Case small) {
        var cluster = small.cluster();
        var rooms = Rooms.of(cluster, small.request());
        int members =
                (int) Math.min(rooms.in(cluster.root()), 1 + small.request().unplaced());
        var taken = new int[cluster.size()];
        if (members > 0) {
            new Greedy(Pieces.singles(cluster, rooms)).place(cluster.root(), members, taken);
        }

        assertThat(Arrays.stream(taken).sum()).isEqualTo(members);
        for (int node = 0; node < taken.length; node++) {
            assertThat(taken[node]).isBetween(0, rooms.perNode()[node]);
        }
    }

    @Provide
    Arbitrary<Case> sliced() {
        return SmallCases.sliced();
    }

    @Provide
    Arbitrary<Case> cases() {
        return SmallCases.cases();
    }
}
