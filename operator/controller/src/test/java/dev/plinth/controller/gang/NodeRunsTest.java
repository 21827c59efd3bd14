package dev.plinth.controller.gang;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.api.v1alpha1.GangStatus;
import dev.plinth.api.v1alpha1.GangStatus.Assignment;
import dev.plinth.api.v1alpha1.GangStatus.Run;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class NodeRunsTest {
    private static final int RANKS = 100_000;
    private static final int PER_NODE = 8;

    @Test
    void nodes_with_following_numbers_are_one_run() {
        var nodes = new TreeMap<Integer, String>();
        for (int index = 0; index < 24; index++) {
            nodes.put(index, "gpu-%04d.example".formatted(7 + index / 2));
        }

        assertThat(NodeRuns.of(nodes)).containsExactly(new Run(0, 2, "gpu-00[07..18].example"));
        assertThat(NodeRuns.nodes(NodeRuns.of(nodes), 24)).isEqualTo(nodes);
    }

    @Test
    void a_node_out_of_order_stays_where_it_is() {
        var nodes = new TreeMap<>(Map.of(0, "n-1", 1, "n-3", 2, "n-2", 3, "other"));

        assertThat(NodeRuns.of(nodes)).containsExactly(new Run(0, 1, "[n-1,n-3,n-2,other]"));
        assertThat(NodeRuns.nodes(NodeRuns.of(nodes), 4)).isEqualTo(nodes);
    }

    @Test
    void another_number_of_members_on_a_node_begins_another_run() {
        var nodes = new TreeMap<>(Map.of(0, "a", 1, "a", 2, "b", 4, "c"));

        assertThat(NodeRuns.of(nodes)).containsExactly(new Run(0, 2, "a"), new Run(2, 1, "b"), new Run(4, 1, "c"));
        assertThat(NodeRuns.nodes(NodeRuns.of(nodes), 5)).isEqualTo(nodes);
    }

    @Test
    void names_of_which_one_is_a_part_of_the_other_are_told_apart() {
        var nodes = new TreeMap<>(Map.of(0, "aa", 1, "aaa", 2, "aaaa"));

        assertThat(NodeRuns.nodes(NodeRuns.of(nodes), 3)).isEqualTo(nodes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpu-[1..", "gpu-[a..b]", "gpu-[9999999999..99999999999]"})
    void what_we_did_not_write_is_no_assignment(String text) {
        assertThat(NodeRuns.nodes(List.of(new Run(0, 1, text)), 100)).isEmpty();
    }

    @Test
    void a_range_longer_than_the_gang_is_not_unrolled() {
        assertThat(NodeRuns.nodes(List.of(new Run(0, 1, "n[000000000..999999999]")), 3))
                .hasSize(3);
    }

    static List<Named<IntFunction<String>>> names() {
        var random = new Random(1);
        var letters = "bcdfghjklmnpqrstvwxz2456789";
        var suffixes = new ArrayList<String>();
        for (int i = 0; i < RANKS / PER_NODE; i++) {
            var suffix = new StringBuilder();
            random.ints(5, 0, letters.length()).forEach(letter -> suffix.append(letters.charAt(letter)));
            suffixes.add(suffix.toString());
        }
        return List.of(
                Named.of("numbers", "gpu-%05d"::formatted),
                Named.of("Google", i -> "gke-research-gpu-pool-1a2b3c4d-" + suffixes.get(i)),
                Named.of(
                        "Amazon",
                        i -> "ip-10-%d-%d-%d.us-west-2.compute.internal".formatted(i >> 16, i >> 8 & 255, i & 255)));
    }

    @ParameterizedTest
    @MethodSource("names")
    void a_hundred_thousand_ranks_on_nodes_in_any_order_take_less_than_400_KiB(IntFunction<String> name) {
        var order = new ArrayList<Integer>();
        for (int node = 0; node < RANKS / PER_NODE; node++) {
            order.add(node);
        }
        Collections.shuffle(order, new Random(2));
        SortedMap<Integer, String> nodes = new TreeMap<>();
        for (int rank = 0; rank < RANKS; rank++) {
            nodes.put(rank, name.apply(order.get(rank / PER_NODE)));
        }

        var runs = NodeRuns.of(nodes);

        var status = new KubernetesSerialization().asJson(GangStatus.of(new Assignment(1, runs)));
        assertThat(status.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(400 * 1024);
        assertThat(NodeRuns.nodes(runs, RANKS)).isEqualTo(nodes);
    }
}
