package dev.plinth.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.placement.Placement.Placed;
import dev.plinth.placement.Placement.Unplaceable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Every decision for a small gang with a mesh is compared with the best of all possible ones. */
class MeshExactnessTest {
    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void no_placement_that_brute_force_finds_is_faster(@ForAll long seed) {
        compareWithTheBest(seed);
    }

    @Example
    void placements_that_differ_by_thirds_of_a_byte_are_equal() {
        compareWithTheBest(-182);
    }

    private static void compareWithTheBest(long seed) {
        var small = MeshCases.random(seed);
        var judge = new MeshJudge(small);
        var best = judge.best();
        switch (Placer.place(small.request(), small.cluster())) {
            case Placed placed -> {
                var nodes = placed.nodes().values().stream()
                        .map(name -> small.cluster().node(name).orElseThrow())
                        .toList();
                var times = judge.times(nodes).orElseThrow();
                assertThat(placed.prediction().seconds()).isCloseTo(times.own(), within(1e-6));
                assertThat(placed.prediction().uplinkSeconds()).isCloseTo(times.uplink(), within(1e-6));
                assertThat(times.own()).isLessThanOrEqualTo(best.orElseThrow().own() * 1.01 + 1e-12);
                assertThat(placed.prediction().boundSeconds())
                        .isLessThanOrEqualTo(best.get().own() * (1 + 1e-6));
                if (times.own() >= best.get().own() * (1 - 1e-6)
                        && times.own() <= best.get().own() * (1 + 1e-6)) {
                    // The load on shared uplinks counts in steps of a tenth, so as not to break large holes for less.
                    assertThat(times.uplink()).isLessThanOrEqualTo(best.get().uplink() * 1.1 + 1e-12);
                }
            }
            case Unplaceable unplaceable ->
                assertThat(best).as(unplaceable.explanation().text()).isEmpty();
        }
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void the_order_in_which_nodes_are_listed_changes_nothing(@ForAll long seed) {
        var small = MeshCases.random(seed);
        var shuffled = new ArrayList<>(small.nodes());
        Collections.shuffle(shuffled, new Random(seed));
        assertThat(Placer.place(small.request(), Cluster.of(small.topology(), shuffled)))
                .isEqualTo(Placer.place(small.request(), small.cluster()));
    }

    private static org.assertj.core.data.Offset<Double> within(double share) {
        return org.assertj.core.data.Offset.offset(share);
    }
}
