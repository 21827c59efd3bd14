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
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
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
    Arbitrary<Case> cases() {
        return SmallCases.cases();
    }
}
