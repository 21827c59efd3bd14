package dev.plinth.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.api.v1alpha1.ClusterTopology;
import dev.plinth.api.v1alpha1.ClusterTopologySpec;
import dev.plinth.api.v1alpha1.ClusterTopologySpec.Level;
import dev.plinth.api.v1alpha1.ClusterTopologySpec.Uplink;
import dev.plinth.placement.Topology;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NetworkLevelsTest {
    private final NetworkLevels levels = new NetworkLevels();

    @Test
    void bandwidth_in_bits_reaches_placement_in_bytes() {
        var spine = new Uplink(Quantity.parse("400G"), Quantity.parse("7"));
        var nvlink = new Uplink(Quantity.parse("7200G"), Quantity.parse("1"));

        levels.seen(
                topology(List.of(new Level("block", "net/block", spine), new Level("rack", "net/rack")), nvlink), true);

        assertThat(levels.topology())
                .isEqualTo(Topology.linked(
                        new Topology.Level("block", new dev.plinth.placement.Uplink(50e9, 7)),
                        new Topology.Level("rack", dev.plinth.placement.Uplink.DEFAULT),
                        new Topology.Level(Topology.HOST, new dev.plinth.placement.Uplink(900e9, 1))));
    }

    @Test
    void what_the_api_takes_for_unsaid_is_what_placement_takes() {
        levels.seen(topology(List.of(new Level("rack", "net/rack")), Uplink.DEFAULT), true);

        assertThat(levels.topology().uplinks()).containsOnly(dev.plinth.placement.Uplink.DEFAULT);
    }

    @Test
    void another_bandwidth_is_another_topology() {
        levels.seen(topology(List.of(new Level("rack", "net/rack")), Uplink.DEFAULT), true);
        var faster = new Uplink(Quantity.parse("800G"), Quantity.parse("1"));

        assertThat(levels.seen(topology(List.of(new Level("rack", "net/rack")), faster), true))
                .isTrue();
    }

    @Test
    void racks_of_one_name_in_two_blocks_are_not_one_domain() {
        levels.seen(
                topology(List.of(new Level("block", "net/block"), new Level("rack", "net/rack")), Uplink.DEFAULT),
                true);
        var first = levels.domains(Map.of("net/block", "b0", "net/rack", "r0"));
        var second = levels.domains(Map.of("net/block", "b1", "net/rack", "r0"));

        assertThat(levels.common(List.of(first, second))).isEmpty();
        assertThat(levels.common(List.of(first, first))).contains("rack=r0");
    }

    private static ClusterTopology topology(List<Level> levels, Uplink host) {
        var topology = new ClusterTopology();
        topology.setMetadata(
                new ObjectMetaBuilder().withName(ClusterTopology.NAME).build());
        topology.setSpec(new ClusterTopologySpec(levels, host));
        return topology;
    }
}
