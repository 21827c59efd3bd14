package dev.plinth.controller.topology;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plinth.api.v1alpha1.AcceleratorType;
import dev.plinth.api.v1alpha1.ClusterTopology;
import dev.plinth.api.v1alpha1.ClusterTopologySpec;
import dev.plinth.api.v1alpha1.ClusterTopologySpec.Level;
import dev.plinth.controller.SimulatedCluster;
import dev.plinth.controller.cluster.ClusterState;
import dev.plinth.controller.cluster.Wakefulness;
import dev.plinth.controller.kubernetes.ClusterWriter;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@SuppressWarnings("NullAway") // What a test expects to be there may be missing: then it fails.
class TopologyDiscoveryIT {
    @RegisterExtension
    static final SimulatedCluster CLUSTER = new SimulatedCluster();

    private static final String FIRST = "gpu-0000";
    private static final String BLOCK = "cloud.provider.com/topology-block";
    private static final String RACK = "cloud.provider.com/topology-rack";

    private final Clock clock = Clock.systemUTC();
    private ClusterTopology written;
    private ClusterState state;
    private TopologyDiscovery discovery;

    @BeforeEach
    void takeTheTopologyAway() {
        written = topology().require();
        topology().delete();
        var client = CLUSTER.newClient();
        state = new ClusterState(client, clock, new Wakefulness(clock));
        state.start();
        await().until(() -> state.topology().isEmpty());
        discovery = new TopologyDiscovery(state, new ClusterWriter(client, clock));
    }

    @AfterEach
    void putItBack() {
        label(Map.of());
        state.close();
        topology().delete();
        written.getMetadata().setResourceVersion(null);
        written.getMetadata().setUid(null);
        CLUSTER.client().resource(written).create();
    }

    @Test
    void nothing_is_written_while_no_node_carries_a_known_label() {
        discovery.look();

        assertThat(topology().get()).isNull();
    }

    @Test
    void the_labels_of_the_nodes_become_the_topology_and_it_follows_them() {
        label(Map.of(BLOCK, "b0"));
        discovery.look();
        assertThat(levels()).containsExactly(new Level("block", BLOCK));
        await().until(() -> state.topology().isPresent());

        label(Map.of(BLOCK, "b0", RACK, "r0"));
        discovery.look();

        assertThat(levels()).containsExactly(new Level("block", BLOCK), new Level("rack", RACK));
        await().untilAsserted(() -> assertThat(state.domainsOf(FIRST)).isEqualTo("block=b0,rack=r0,host=" + FIRST));
        assertThat(CLUSTER.client().v1().events().inNamespace("default").list().getItems())
                .filteredOn(event -> "TopologyDiscovered".equals(event.getReason()))
                .extracting(event -> event.getMessage())
                .contains("The labels of the nodes name the levels block (" + BLOCK + "), rack (" + RACK + ").");
    }

    @Test
    void what_somebody_has_changed_is_left_alone() {
        label(Map.of(BLOCK, "b0"));
        discovery.look();
        var theirs = new ClusterTopologySpec(List.of(new Level("row", BLOCK)));
        topology().edit(found -> {
            found.setSpec(theirs);
            return found;
        });
        await().until(() ->
                state.topology().filter(known -> known.getSpec().equals(theirs)).isPresent());

        label(Map.of(BLOCK, "b0", RACK, "r0"));
        discovery.look();

        assertThat(levels()).containsExactly(new Level("row", BLOCK));
    }

    @Test
    void described_accelerators_stay_and_the_levels_follow_the_labels_all_the_same() {
        label(Map.of(BLOCK, "b0"));
        discovery.look();
        var h800 = List.of(new KubernetesSerialization()
                .unmarshal("name: H800\nlike: H100\nlinkBandwidth: 1600G", AcceleratorType.class));
        topology().edit(found -> {
            found.setSpec(new ClusterTopologySpec(found.getSpec().levels(), null, h800));
            return found;
        });
        await().until(() -> state.accelerators().find("H800").isPresent());

        label(Map.of(BLOCK, "b0", RACK, "r0"));
        discovery.look();

        assertThat(levels()).containsExactly(new Level("block", BLOCK), new Level("rack", RACK));
        assertThat(topology().require().getSpec().accelerators()).isEqualTo(h800);
    }

    private static Resource<ClusterTopology> topology() {
        return CLUSTER.client().resources(ClusterTopology.class).withName(ClusterTopology.NAME);
    }

    private static List<Level> levels() {
        return topology().require().getSpec().levels();
    }

    /** Gives the first node these of the two labels and no others, and waits until the cache shows it. */
    private void label(Map<String, String> labels) {
        CLUSTER.client().nodes().withName(FIRST).edit(node -> {
            node.getMetadata().getLabels().keySet().removeAll(List.of(BLOCK, RACK));
            node.getMetadata().getLabels().putAll(labels);
            return node;
        });
        await().until(() -> state.node(FIRST)
                .filter(known -> List.of(BLOCK, RACK).stream()
                        .allMatch(key ->
                                Objects.equals(labels.get(key), known.labels().get(key))))
                .isPresent());
    }
}
