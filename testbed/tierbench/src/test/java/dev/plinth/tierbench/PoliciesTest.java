package dev.plinth.tierbench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.tierbench.input.Fleet;
import dev.plinth.tierbench.input.Fleet.Host;
import dev.plinth.tierbench.input.Job;
import dev.plinth.tierbench.input.Level;
import dev.plinth.tierbench.input.Occupancy;
import dev.plinth.tierbench.policy.Kai;
import dev.plinth.tierbench.policy.KubeScheduler;
import dev.plinth.tierbench.policy.Kueue;
import dev.plinth.tierbench.policy.Plinth;
import dev.plinth.tierbench.policy.Policy;
import dev.plinth.tierbench.policy.Volcano;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The rules of others do what their sources say, on cases small enough to follow by hand; ours does what it promises on the same. */
class PoliciesTest {
    private static final List<Level> LEVELS =
            List.of(new Level("block", 50e9, 7), new Level("leaf", 50e9, 1), new Level("host", 50e9, 1));

    private final List<Host> hosts = new ArrayList<>();

    @Test
    void kueue_takes_the_tightest_block_though_it_needs_four_leaves() {
        for (int leaf = 0; leaf < 4; leaf++) {
            leaf("A", "a" + leaf, 2);
        }
        leaf("B", "b0", 9);

        assertThat(leaves(Kueue.bestFit(), job(8).requiring(Optional.of("block"))))
                .containsExactly("a0", "a1", "a2", "a3");
        assertThat(leaves(new Plinth(), job(8).requiring(Optional.of("block")))).containsExactly("b0");
    }

    @Test
    void kueue_pools_the_leaves_of_all_chosen_blocks_the_largest_first() {
        leaf("A", "a0", 5);
        leaf("A", "a1", 1);
        leaf("B", "b0", 4);
        leaf("B", "b1", 2);

        assertThat(leaves(Kueue.bestFit(), job(11).preferring("block"))).containsExactly("a0", "b0", "b1");
    }

    @Test
    void a_required_level_without_room_makes_kueue_wait() {
        leaf("A", "a0", 3);
        leaf("A", "a1", 3);

        assertThat(Kueue.bestFit().place(free(), job(4).requiring(Optional.of("leaf"))))
                .isEmpty();
    }

    @Test
    void kueue_balanced_spreads_evenly_over_the_fewest_leaves() {
        leaf("A", "a0", 6);
        leaf("A", "a1", 5);
        leaf("A", "a2", 5);

        var placed = Kueue.balanced().place(free(), job(8).preferring("block")).orElseThrow();
        assertThat(perLeaf(placed)).containsExactlyInAnyOrder(4, 4);
        assertThat(perLeaf(Kueue.bestFit()
                        .place(free(), job(8).preferring("block"))
                        .orElseThrow()))
                .containsExactlyInAnyOrder(6, 2);
    }

    @Test
    void kueue_keeps_slices_whole() {
        leaf("A", "a0", 7);
        leaf("A", "a1", 5);

        assertThat(perLeaf(Kueue.slices(4)
                        .place(free(), job(8).preferring("block"))
                        .orElseThrow()))
                .containsExactly(4, 4);
    }

    @Test
    void volcano_prefers_the_fullest_block_and_kai_the_tightest_but_neither_looks_at_leaves() {
        for (int leaf = 0; leaf < 4; leaf++) {
            leaf("A", "a" + leaf, 2);
        }
        leaf("B", "b0", 5);
        leaf("B", "b1", 5);

        for (var policy : List.of(new Volcano(), new Kai(), new KubeScheduler())) {
            assertThat(leaves(policy, job(8))).as(policy.policyName()).containsExactly("a0", "a1", "a2", "a3");
        }
        assertThat(leaves(new Plinth(), job(8))).containsExactly("b0", "b1");
    }

    private static Job job(int members) {
        var mesh = List.of(new Job.Dimension("dp", members, Job.Traffic.RING, 1e9));
        return new Job("j", members, 1, mesh, Optional.empty(), Optional.empty(), Job.Extras.NONE, 1, 0);
    }

    private Occupancy free() {
        return new Occupancy(Fleet.of(LEVELS, hosts));
    }

    private List<String> leaves(Policy policy, Job job) {
        var placed = policy.place(free(), job).orElseThrow();
        return Arrays.stream(placed)
                .mapToObj(host -> hosts.get(host).domains().get(1))
                .distinct()
                .sorted()
                .toList();
    }

    private List<Integer> perLeaf(int[] placed) {
        return Arrays.stream(placed)
                .mapToObj(host -> hosts.get(host).domains().get(1))
                .collect(java.util.stream.Collectors.groupingBy(
                        leaf -> leaf, java.util.TreeMap::new, java.util.stream.Collectors.summingInt(leaf -> 1)))
                .values()
                .stream()
                .toList();
    }

    private void leaf(String block, String leaf, int count) {
        for (int i = 0; i < count; i++) {
            hosts.add(new Host("n%03d".formatted(hosts.size()), List.of(block, leaf), 1));
        }
    }
}
