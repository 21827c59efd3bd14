package dev.plinth.controller.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.api.v1alpha1.ClusterTopologySpec.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelledLevelsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            topology.plinth.dev/block, topology.plinth.dev/rack                                                                    | block, rack
            cloud.provider.com/topology-rack, cloud.provider.com/topology-block                                                    | block, rack
            network.topology.nvidia.com/leaf, network.topology.nvidia.com/spine, network.topology.nvidia.com/core                  | core, spine, leaf
            fabric.topograph.run/tier-0, fabric.topograph.run/tier-1, accelerator.topograph.run/domain                             | spine, leaf, nvlink
            topology.kubernetes.io/zone, cloud.google.com/gce-topology-subblock, cloud.google.com/gce-topology-block               | zone, block, subblock
            topology.k8s.aws/network-node-layer-3, topology.k8s.aws/network-node-layer-1, topology.k8s.aws/network-node-layer-2    | layer-1, layer-2, layer-3
            oci.oraclecloud.com/rdma.hpc_island_id, oci.oraclecloud.com/rdma.network_block_id, oci.oraclecloud.com/rdma.local_block_id | island, block, local-block
            backend.coreweave.cloud/leafgroup, backend.coreweave.cloud/superpod, backend.coreweave.cloud/fabric                    | fabric, superpod, leafgroup
            nvidia.com/gpu.clique, topology.kubernetes.io/zone                                                                     | zone, nvlink
            """)
    void the_labels_of_each_source_become_levels_outermost_first(String labels, String levels) {
        var node = new HashMap<String, String>();
        for (var label : labels.split(", ")) {
            node.put(label, "a");
        }

        assertThat(LabelledLevels.of(List.of(node))).extracting(Level::name).containsExactly(levels.split(", "));
    }

    @Test
    void the_fabric_that_most_nodes_are_labelled_for_counts_and_no_other() {
        var google = Map.of("cloud.google.com/gce-topology-block", "b");
        var kueue = Map.of("cloud.provider.com/topology-block", "b", "cloud.provider.com/topology-rack", "r");

        assertThat(LabelledLevels.of(List.of(google, kueue, kueue)))
                .containsExactly(
                        new Level("block", "cloud.provider.com/topology-block"),
                        new Level("rack", "cloud.provider.com/topology-rack"));
    }

    @Test
    void the_order_of_the_nodes_does_not_matter() {
        var nodes = new ArrayList<Map<String, String>>();
        nodes.add(Map.of("cloud.google.com/gce-topology-block", "b"));
        nodes.add(Map.of("cloud.provider.com/topology-rack", "r", "nvidia.com/gpu.clique", "c"));
        nodes.add(Map.of("topology.kubernetes.io/zone", "z", "topology.k8s.aws/ultraserver-id", "u"));

        assertThat(LabelledLevels.of(nodes)).isEqualTo(LabelledLevels.of(nodes.reversed()));
    }

    @Test
    void nodes_that_lack_a_label_do_not_take_its_level_away() {
        var whole = Map.of("topology.plinth.dev/block", "b", "topology.plinth.dev/rack", "r");
        var half = Map.of("topology.plinth.dev/block", "b");

        assertThat(LabelledLevels.of(List.of(half, whole, Map.of())))
                .extracting(Level::name)
                .containsExactly("block", "rack");
    }

    @Test
    void a_label_without_a_value_says_nothing() {
        assertThat(LabelledLevels.of(List.of(Map.of("nvidia.com/gpu.clique", ""))))
                .isEmpty();
    }

    @Test
    void without_known_labels_there_are_no_levels() {
        assertThat(LabelledLevels.of(List.of(Map.of("kubernetes.io/os", "linux"))))
                .isEmpty();
    }
}
