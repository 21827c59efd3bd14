package dev.plinth.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.placement.Placement.Placed;
import dev.plinth.placement.Placement.Unplaceable;
import dev.plinth.placement.SmallCases.Case;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Every decision on a small cluster is compared with the best of all possible ones. */
class ExactnessTest {
    @Property(tries = 2000, edgeCases = EdgeCasesMode.NONE)
    void a_placement_is_as_good_as_the_best_one_that_brute_force_finds(@ForAll("cases") Case small) {
        var best = small.judge().best();
        switch (Placer.place(small.request(), small.cluster())) {
            case Placed placed ->
                assertThat(small.judge().score(new TreeMap<>(placed.nodes()))).isEqualTo(best);
            case Unplaceable unplaceable ->
                assertThat(best).as(unplaceable.explanation().text()).isEmpty();
        }
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void the_order_in_which_nodes_are_listed_changes_nothing(@ForAll("cases") Case small, @ForAll long seed) {
        var shuffled = new ArrayList<>(small.nodes());
        Collections.shuffle(shuffled, new Random(seed));
        assertThat(Placer.place(small.request(), Cluster.of(small.topology(), shuffled)))
                .isEqualTo(Placer.place(small.request(), small.cluster()));
    }

    @Provide
    Arbitrary<Case> cases() {
        return SmallCases.cases();
    }
}
