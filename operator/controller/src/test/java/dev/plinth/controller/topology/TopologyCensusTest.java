package dev.plinth.controller.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.api.v1alpha1.ClusterTopologySpec.Level;
import dev.plinth.api.v1alpha1.ClusterTopologyStatus.DomainCount;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TopologyCensusTest {

    private static final List<Level> LEVELS = List.of(new Level("block", "net/block"), new Level("rack", "net/rack"));

    private final TreeMap<String, Map<String, String>> nodes = new TreeMap<>();

    @Test
    void domains_are_counted_for_each_level() {
        node("n1", "b0", "r0");
        node("n2", "b0", "r1");
        node("n3", "b1", "r2");

        var census = TopologyCensus.of(LEVELS, nodes);

        assertThat(census.domains()).containsExactly(new DomainCount("block", 2), new DomainCount("rack", 3));
        assertThat(census.labelled()).isEqualTo(3);
        assertThat(census.torn()).isEmpty();
    }

    @Test
    void a_node_without_one_of_the_labels_is_named_and_not_counted() {
        node("n1", "b0", "r0");
        nodes.put("n2", Map.of("net/rack", "r9"));

        var census = TopologyCensus.of(LEVELS, nodes);

        assertThat(census.unlabelled()).containsExactly("n2");
        assertThat(census.domains()).containsExactly(new DomainCount("block", 1), new DomainCount("rack", 1));
    }

    @Test
    void a_rack_in_two_blocks_is_told() {
        node("n1", "b0", "r0");
        node("n2", "b1", "r0");

        assertThat(TopologyCensus.of(LEVELS, nodes).torn())
                .contains("rack r0 lies in several domains of level block: b0, b1");
    }

    private void node(String name, String block, String rack) {
        nodes.put(name, Map.of("net/block", block, "net/rack", rack));
    }
}
