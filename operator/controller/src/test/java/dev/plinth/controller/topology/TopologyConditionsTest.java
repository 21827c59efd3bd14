package dev.plinth.controller.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.api.v1alpha1.AcceleratorType;
import dev.plinth.api.v1alpha1.ClusterTopology;
import dev.plinth.api.v1alpha1.ClusterTopologySpec;
import dev.plinth.api.v1alpha1.ClusterTopologySpec.Level;
import dev.plinth.controller.contract.Fingerprint;
import dev.plinth.controller.kubernetes.Conditions;
import dev.plinth.controller.topology.TopologyConditions.Judged;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TopologyConditionsTest {
    private static final List<Level> LEVELS =
            List.of(new Level("block", "topology.plinth.dev/block"), new Level("rack", "topology.plinth.dev/rack"));

    private final TreeMap<String, Map<String, String>> nodes = new TreeMap<>();
    private final ClusterTopology topology = new ClusterTopology();

    TopologyConditionsTest() {
        var spec = new ClusterTopologySpec(LEVELS);
        topology.setSpec(spec);
        topology.setMetadata(new ObjectMetaBuilder()
                .withName(ClusterTopology.NAME)
                .withGeneration(1L)
                .addToAnnotations("plinth.dev/discovered", Fingerprint.of(spec))
                .build());
    }

    @Test
    void a_rack_name_under_two_blocks_is_told_and_taken_for_two_racks() {
        node("n1", "b0", "r0");
        node("n2", "b1", "r0");

        assertThat(condition("Valid").getReason()).isEqualTo("DomainInSeveral");
        assertThat(condition("Valid").getMessage())
                .isEqualTo("rack r0 lies in several domains of level block: b0, b1; each of these counts as a domain of"
                        + " its own. Give each domain a name that is unique in the cluster.");
    }

    @Test
    void nodes_without_a_label_are_named_and_the_rest_is_valid() {
        node("n1", "b0", "r0");
        nodes.put("n2", Map.of("topology.plinth.dev/block", "b0"));

        assertThat(condition("Valid").getStatus()).isEqualTo("True");
        assertThat(condition("Valid").getMessage()).contains("1 nodes lack a label", "n2");
    }

    @Test
    void levels_that_were_discovered_say_so() {
        assertThat(condition("Discovered").getReason()).isEqualTo("FoundInLabels");
    }

    @Test
    void a_discovered_topology_that_somebody_changes_is_theirs() {
        topology.setSpec(new ClusterTopologySpec(LEVELS.subList(1, 2)));

        assertThat(condition("Discovered").getReason()).isEqualTo("Written");
    }

    @Test
    void a_file_that_says_the_same_as_was_discovered_counts_as_written() {
        topology.getMetadata()
                .getAnnotations()
                .put("kubectl.kubernetes.io/last-applied-configuration", "{\"spec\": {\"levels\": []}}");

        assertThat(condition("Discovered").getReason()).isEqualTo("Written");
    }

    @Test
    void accelerators_that_somebody_describes_make_no_difference_to_levels_that_were_discovered() {
        var h800 = new KubernetesSerialization().unmarshal("name: H800\nlike: H100", AcceleratorType.class);
        topology.setSpec(new ClusterTopologySpec(LEVELS, null, List.of(h800)));
        topology.getMetadata()
                .getAnnotations()
                .put("kubectl.kubernetes.io/last-applied-configuration", "{\"spec\": {\"accelerators\": []}}");

        assertThat(condition("Discovered").getReason()).isEqualTo("FoundInLabels");
    }

    private Condition condition(String type) {
        var judged = new Judged(topology, TopologyCensus.of(LEVELS, nodes), ClusterTopology.NAME);
        return Conditions.find(TopologyConditions.judge(judged, Instant.EPOCH).conditions(), type)
                .orElseThrow();
    }

    private void node(String name, String block, String rack) {
        nodes.put(name, Map.of("topology.plinth.dev/block", block, "topology.plinth.dev/rack", rack));
    }
}
