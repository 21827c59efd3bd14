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

    /** So many racks of so many whole nodes each. */
    private void racks(String block, int racks, int nodes) {
        for (int rack = 0; rack < racks; rack++) {
            for (int node = 0; node < nodes; node++) {
                hosts.add(host(domains(block, "r" + rack), 8, 8));
            }
        }
    }

    private Host host(TreeMap<String, String> domains, int accelerators, int free) {
        return new Host("n" + hosts.size(), Optional.empty(), domains, accelerators, free);
    }

    private static TreeMap<String, String> domains(String block, String rack) {
        return new TreeMap<>(Map.of("block", block, "rack", rack));
    }

    private Site site(OptionalDouble host, OptionalDouble rack, OptionalDouble block) {
        return new Site(
                hosts,
                List.of(new Site.Level("rack", rack), new Site.Level("block", block)),
                host,
                Optional.empty(),
                Site.Placer.NOBODY);
    }

    private static CapacityProfile supply(Site site, int needed) {
        return new Supply(site, A100, 8).of(needed);
    }
}
