package dev.plinth.controller.planning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.plinth.planner.hardware.Accelerator;
import dev.plinth.planner.hardware.CapacityProfile;
import dev.plinth.planner.hardware.Catalogue;
import dev.plinth.planner.hardware.Fabric;
import dev.plinth.planner.hardware.Fabric.Tier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The network and the free nodes as a plan sees them. */
class SupplyTest {
    private static final Accelerator A100 = Catalogue.standard().get("A100-80");
    private static final Accelerator GB200 = Catalogue.standard().get("GB200");
    private static final OptionalDouble SILENT = OptionalDouble.empty();

    private final List<Host> hosts = new ArrayList<>();

    @Test
    void the_levels_of_the_cluster_carry_what_its_administrator_says() {
        racks("a", 2, 2);
        racks("b", 2, 2);
        var site = site(OptionalDouble.of(50e9), OptionalDouble.of(25e9), OptionalDouble.of(5e9));

        assertThat(supply(site, 64).fabric().tiers())
                .extracting(Tier::name, Tier::accelerators, Tier::bytesPerSecond)
                .containsExactly(
                        tuple("scale-up", 8, 300e9),
                        tuple("rack", 16, 50e9),
                        tuple("block", 32, 25e9),
                        tuple("network", Fabric.EVERYTHING, 5e9));
    }

    @Test
    void where_he_says_nothing_the_usual_cards_carry_it_and_no_level_is_faster_than_those_inside() {
        racks("a", 2, 2);

        assertThat(supply(site(SILENT, OptionalDouble.of(100e9), SILENT), 32)
                        .fabric()
                        .tiers())
                .extracting(Tier::bytesPerSecond)
                .containsExactly(300e9, 25e9, 25e9, 25e9);
    }

    @Test
    void a_rack_of_one_node_is_no_level_but_its_uplink_counts() {
        racks("a", 4, 1);
        racks("b", 4, 1);
        var site = site(OptionalDouble.of(50e9), OptionalDouble.of(25e9), OptionalDouble.of(5e9));

        assertThat(supply(site, 64).fabric().tiers())
                .extracting(Tier::name, Tier::bytesPerSecond)
                .containsExactly(tuple("scale-up", 300e9), tuple("block", 25e9), tuple("network", 5e9));
    }

    @Test
    void racks_of_one_name_in_two_blocks_are_two_and_a_node_without_a_name_is_alone() {
        racks("a", 1, 3);
        racks("b", 1, 2);
        hosts.add(host(new TreeMap<>(), 8, 8));
        var free = supply(site(SILENT, SILENT, SILENT), 48).free();

        assertThat(free.get(0)).isEqualTo(Map.of(8, 6));
        assertThat(free.get(1)).as("racks").isEqualTo(Map.of(24, 1, 16, 1, 8, 1));
    }

    @Test
    void only_room_for_whole_workers_counts() {
        hosts.add(host(domains("a", "r0"), 8, 7));
        hosts.add(host(domains("a", "r0"), 8, 6));
        var capacity = new Supply(site(SILENT, SILENT, SILENT), A100, 4).of(8);

        assertThat(capacity.free().getFirst()).isEqualTo(Map.of(4, 2));
        assertThat(capacity.free().get(1)).isEqualTo(Map.of(8, 1));
    }

    @Test
    void what_a_job_has_taken_is_counted_by_its_workers_on_each_node_and_in_each_rack() {
        racks("a", 2, 2);
        var supply = new Supply(site(SILENT, SILENT, SILENT), A100, 4);

        var taken = supply.taken(List.of("n0", "n0", "n1", "n2"));

        assertThat(taken.total()).isEqualTo(16);
        assertThat(taken.free())
                .containsExactly(
                        new TreeMap<>(Map.of(8, 1, 4, 2)),
                        new TreeMap<>(Map.of(12, 1, 4, 1)),
                        new TreeMap<>(Map.of(16, 1)));
        assertThat(taken.fabric()).isEqualTo(supply.of(16).fabric());
    }

    @Test
    void a_link_that_can_reach_beyond_a_node_is_counted_on_only_among_nodes_that_say_they_share_it() {
        gb200s(18, Optional.of("f1.1"));
        gb200s(9, Optional.of("f1.2"));
        gb200s(1, Optional.empty());

        var capacity = new Supply(site(SILENT, SILENT, SILENT), GB200, 4).of(112);

        assertThat(capacity.free().getFirst()).isEqualTo(Map.of(72, 1, 36, 1, 4, 1));
        assertThat(capacity.fabric().tiers())
                .extracting(Tier::name, Tier::accelerators, Tier::bytesPerSecond)
                .containsExactly(tuple("scale-up", 72, 900e9), tuple("network", Fabric.EVERYTHING, 50e9));
    }

    @Test
    void where_nothing_says_that_nodes_share_the_link_or_there_is_no_node_it_ends_with_the_node() {
        var nobody = new Supply(site(SILENT, SILENT, SILENT), GB200, 4).of(72);
        gb200s(18, Optional.empty());
        var silent = new Supply(site(SILENT, SILENT, SILENT), GB200, 4).of(72);

        assertThat(nobody.fabric().innermost()).isEqualTo(4);
        assertThat(silent.fabric().innermost()).isEqualTo(4);
        assertThat(silent.free().getFirst()).isEqualTo(Map.of(4, 18));
    }

    @Test
    void a_domain_of_more_than_the_link_can_join_is_not_believed() {
        gb200s(19, Optional.of("00000000-0000-0000-0000-000000000000.0"));

        assertThat(new Supply(site(SILENT, SILENT, SILENT), GB200, 4)
                        .of(72)
                        .fabric()
                        .innermost())
                .isEqualTo(4);
    }

    @Test
    void the_innermost_level_is_the_domain_of_the_link_if_hosts_are_joined_by_it() {
        for (int rack = 0; rack < 2; rack++) {
            for (int node = 0; node < 18; node++) {
                hosts.add(host(domains("a", "r" + rack), 4, 4));
            }
        }
        var linked = new Supply(site(OptionalDouble.of(900e9), OptionalDouble.of(50e9), SILENT), GB200, 4).of(144);
        var networked = new Supply(site(OptionalDouble.of(100e9), OptionalDouble.of(50e9), SILENT), GB200, 4).of(144);

        assertThat(linked.fabric().tiers())
                .extracting(Tier::name, Tier::accelerators, Tier::bytesPerSecond)
                .containsExactly(
                        tuple("scale-up", 72, 900e9),
                        tuple("block", 144, 50e9),
                        tuple("network", Fabric.EVERYTHING, 50e9));
        assertThat(networked.fabric().tiers())
                .extracting(Tier::name, Tier::accelerators, Tier::bytesPerSecond)
                .startsWith(tuple("scale-up", 4, 900e9), tuple("rack", 72, 100e9));
    }

    private void gb200s(int count, Optional<String> domain) {
        for (int i = 0; i < count; i++) {
            hosts.add(new Host("n" + hosts.size(), Optional.empty(), new TreeMap<>(), domain, 4, 4));
        }
    }

    /** So many racks of so many whole nodes each. */
    private void racks(String block, int racks, int nodes) {
        for (int rack = 0; rack < racks; rack++) {
            for (int node = 0; node < nodes; node++) {
                hosts.add(host(domains(block, "r" + rack), 8, 8));
            }
        }
    }

    private Host host(TreeMap<String, String> domains, int accelerators, int free) {
        return new Host("n" + hosts.size(), Optional.empty(), domains, Optional.empty(), accelerators, free);
    }

    private static TreeMap<String, String> domains(String block, String rack) {
        return new TreeMap<>(Map.of("block", block, "rack", rack));
    }

    private Site site(OptionalDouble host, OptionalDouble rack, OptionalDouble block) {
        return new Site(
                hosts,
                List.of(new Site.Level("rack", rack), new Site.Level("block", block)),
                host,
                Catalogue.standard(),
                Optional.empty(),
                Site.Placer.NOBODY);
    }

    private static CapacityProfile supply(Site site, int needed) {
        return new Supply(site, A100, 8).of(needed);
    }
}
