package dev.plinth.planner.hardware;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CapacityProfileTest {
    private static final Fabric RACKS = new Fabric(List.of(
            new Fabric.Tier("scale-up", 8, 450e9, 4e-6),
            new Fabric.Tier("rack", 128, 50e9, 12e-6),
            new Fabric.Tier("spine", Fabric.EVERYTHING, 10e9, 20e-6)));

    @Test
    void an_empty_cluster_offers_its_domains_whole() {
        assertThat(CapacityProfile.empty(RACKS, 1024).forJob(512).tiers())
                .extracting(Fabric.Tier::accelerators)
                .containsExactly(8, 128, Fabric.EVERYTHING);
    }

    @Test
    void part_full_racks_count_as_the_blocks_that_hold_the_job() {
        var nodes = new TreeMap<>(Map.of(8, 20));
        var racks = new TreeMap<>(Map.of(40, 3, 16, 2, 8, 1));
        var profile = new CapacityProfile(RACKS, List.of(nodes, racks), 160);
        assertThat(profile.forJob(120).tiers())
                .extracting(Fabric.Tier::accelerators)
                .containsExactly(8, 40, Fabric.EVERYTHING);
        assertThat(profile.forJob(128).tiers())
                .extracting(Fabric.Tier::accelerators)
                .containsExactly(8, 16, Fabric.EVERYTHING);
    }

    @Test
    void an_unknown_accelerator_is_answered_with_the_known_ones() {
        assertThatThrownBy(() -> Catalogue.standard().get("Z9"))
                .hasMessageContaining("'Z9' is unknown; known are A10, A100-40, A100-80, B200");
        assertThat(Catalogue.standard().get("nvidia h100").name()).isEqualTo("H100");
    }
}
