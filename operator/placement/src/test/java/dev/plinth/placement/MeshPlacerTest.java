package dev.plinth.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.placement.Placement.Placed;
import dev.plinth.placement.Placement.Unplaceable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What gangs ask for that say who talks to whom. */
class MeshPlacerTest {
    private static final String GPU = "nvidia.com/gpu";
    private static final Resources EIGHT = Resources.of(GPU, 8);
    private static final Topology TREE = Topology.linked(
            new Topology.Level("block", new Uplink(50e9, 7)),
            new Topology.Level("rack", new Uplink(50e9, 1)),
            new Topology.Level(Topology.HOST, new Uplink(50e9, 1)));

    private final List<Node> nodes = new ArrayList<>();

    @Test
    void a_heavy_ring_stays_in_a_rack_and_light_neighbours_cross() {
        rack("A", "r0", 4);
        rack("A", "r1", 4);
        var placed = place(gang(8, Dimension.ring("dp", 4, 4e9), Dimension.pointToPoint("pp", 2, 1e8)));

        assertThat(racksOf(placed, 0, 1, 2, 3)).hasSize(1);
        assertThat(racksOf(placed, 4, 5, 6, 7)).hasSize(1);
        assertThat(placed.prediction().lostSeconds()).isZero();
    }

    @Test
    void blocks_whose_racks_take_half_a_ring_each_are_better_than_roomier_ones_of_smaller_racks() {
        for (var block : List.of("A", "B")) {
            for (int rack = 0; rack < 4; rack++) {
                rack(block, block + rack, 3);
            }
        }
        for (var block : List.of("C", "D")) {
            for (int rack = 0; rack < 2; rack++) {
                rack(block, block + rack, 4);
            }
        }
        var nvlink = Topology.linked(
                new Topology.Level("block", new Uplink(50e9, 7)),
                new Topology.Level("rack", new Uplink(50e9, 1)),
                new Topology.Level(Topology.HOST, new Uplink(450e9, 1)));
        var gang = gang(16, Dimension.ring("dp", 8, 4e9), Dimension.pointToPoint("pp", 2, 1e6));
        var placed = (Placed) Placer.place(gang, Cluster.of(nvlink, nodes));

        assertThat(placed.nodes().values()).extracting(this::block).containsOnly("C", "D");
    }

    @Test
    void a_group_lies_in_one_domain_of_the_level_that_its_dimension_requires() {
        rack("A", "r0", 3);
        rack("A", "r1", 3);
        rack("B", "r2", 2);

        assertThat(complaint(gang(8, Dimension.ring("dp", 4, 1e9).requiring("rack"), Dimension.ring("cp", 2, 1e9))))
                .contains(
                        "no way was found with each group of dp in one rack",
                        "prefer rack for dp instead of requiring it");
        var placed = place(gang(6, Dimension.ring("dp", 2, 1e3).requiring("rack"), Dimension.ring("cp", 3, 1e9)));
        for (int first = 0; first < 6; first += 2) {
            assertThat(racksOf(placed, first, first + 1)).hasSize(1);
        }
    }

    @Test
    void members_that_must_not_share_a_failure_domain_do_not() {
        rack("A", "r0", 4);
        rack("A", "r1", 4);
        rack("A", "r2", 4);
        var placed = place(gang(4, Dimension.ring("shard", 2, 1e9), Dimension.ring("replica", 2, 1e6))
                .spreading(new Spread("replica", "rack")));

        assertThat(racksOf(placed, 0, 2)).hasSize(2);
        assertThat(racksOf(placed, 1, 3)).hasSize(2);
    }

    @Test
    void spares_lie_where_they_must_and_the_leader_near_the_first_member() {
        rack("A", "r0", 3);
        rack("B", "r1", 8);
        var placed = place(gang(4, Dimension.ring("dp", 4, 1e9))
                .leading(Resources.NONE)
                .sparing(Spares.of(2).near("block")));

        assertThat(placed.spares())
                .hasSize(2)
                .doesNotContainAnyElementsOf(placed.nodes().values());
        assertThat(placed.spares()).allMatch(node -> block(node).equals("B"));
        assertThat(placed.leader()).contains(placed.nodes().get(0));
    }

    @Test
    void an_odd_number_of_members_is_shared_evenly_among_hosts() {
        rack("A", "r0", 4);
        var placed = place(GangRequest.of("g", 13, Resources.of(GPU, 2))
                .talking(Mesh.of(2, Dimension.ring("tp", 2, 1e9), Dimension.ring("dp", 13, 1e9))));

        // A host with one member would have a fourth of the bandwidth for the same edge of the ring.
        assertThat(placed.prediction().seconds()).isEqualTo(placed.prediction().boundSeconds());
    }

    @Test
    void a_lost_member_goes_where_the_whole_gang_is_fastest_not_only_its_neighbours() {
        // Fifteen members of one host each, three hosts to a rack; member 1 was on n003, and n011 is free as well.
        int[] hosts = {0, 3, 9, 1, 4, 10, 2, 6, 12, 15, 7, 13, 16, 8, 14};
        for (int rack = 0; rack < 6; rack++) {
            rack("A", "r" + rack, rack < 5 ? 3 : 2);
        }
        var survivors = new TreeMap<Integer, String>();
        for (int member = 0; member < hosts.length; member++) {
            if (member != 1) {
                survivors.put(member, "n%03d".formatted(hosts[member]));
                take("n%03d".formatted(hosts[member]), 8);
            }
        }
        var placed = (Placed) Placer.place(
                gang(15, Dimension.ring("dp", 3, 1e9), Dimension.pointToPoint("pp", 5, 1e9))
                        .pinning(survivors),
                Cluster.of(
                        Topology.linked(
                                new Topology.Level("rack", new Uplink(50e9, 4)),
                                new Topology.Level(Topology.HOST, new Uplink(50e9, 1))),
                        nodes));

        assertThat(placed.nodes()).containsEntry(1, "n003");
    }

    @Test
    void members_of_a_lost_host_go_together_onto_an_empty_one() {
        rack("A", "r0", 8);
        var survivors = new TreeMap<Integer, String>();
        for (int member = 0; member < 12; member++) {
            survivors.put(member, "n00" + member / 4);
        }
        for (var full : List.of("n000", "n001", "n002")) {
            take(full, 8);
        }
        for (var remnant : List.of("n004", "n005", "n006", "n007")) {
            take(remnant, 6);
        }
        var placed = place(GangRequest.of("g", 16, Resources.of(GPU, 2))
                .talking(Mesh.of(
                        2,
                        Dimension.ring("tp", 2, 1e9),
                        Dimension.ring("dp", 4, 1e9),
                        Dimension.pointToPoint("pp", 4, 1e8)))
                .pinning(survivors));

        assertThat(placed.nodes().tailMap(12).values()).containsOnly("n003");
        assertThat(placed.prediction().gap()).isFinite();
    }

    @Test
    void an_all_to_all_that_would_take_for_ever_to_count_is_refused() {
        rack("A", "r0", 2);

        assertThat(complaint(GangRequest.of("g", 50_000, Resources.NONE)
                        .talking(Mesh.of(1, Dimension.allToAll("ep", 50_000, 1e9)))))
                .contains("ep exchanges 50000 ways in each of 50000 members, more than is worked out");
    }

    @Test
    void a_lost_member_is_swapped_onto_a_spare_the_gang_holds() {
        rack("A", "r0", 4);
        rack("B", "r1", 1);
        take("n000", 8);
        take("n001", 8);
        take("n002", 8);
        var survivors = new TreeMap<>(Map.of(0, "n000", 1, "n001"));
        var placed = place(gang(3, Dimension.ring("dp", 3, 1e9))
                .pinning(survivors)
                .holdingSpares(List.of("n002"))
                .avoiding(new TreeMap<>()));

        assertThat(placed.nodes()).containsEntry(2, "n002").containsAllEntriesOf(survivors);
    }

    @Test
    void a_gang_grows_beside_its_members() {
        rack("A", "r0", 2);
        rack("A", "r1", 4);
        take("n002", 8);
        take("n003", 8);
        var placed = place(gang(4, Dimension.ring("dp", 4, 1e9)).pinning(new TreeMap<>(Map.of(0, "n002", 1, "n003"))));

        assertThat(racksOf(placed, 0, 1, 2, 3)).containsOnly("r1");
    }

    @Test
    void an_elastic_gang_starts_with_as_many_members_as_have_room() {
        rack("A", "r0", 7);
        var elastic = GangRequest.of("g", 12, EIGHT)
                .talking(Mesh.of(
                                8,
                                Dimension.ring("tp", 8, 1e9),
                                Dimension.pointToPoint("pp", 3, 1e8),
                                Dimension.ring("dp", 4, 1e9))
                        .elasticIn("dp"));

        assertThat(place(elastic.atLeast(3)).nodes()).hasSize(6);
        assertThat(complaint(elastic.atLeast(9))).contains("needs 9 members");
        assertThat(complaint(elastic)).contains("needs 12 members");
    }

    @Test
    void a_gang_shrinks_by_the_coordinates_that_have_lost_a_member_and_nobody_moves() {
        var pinned = new TreeMap<Integer, String>();
        for (int member = 0; member < 8; member++) {
            pinned.put(member, "n%03d".formatted(member));
        }
        pinned.remove(3);
        var gang = GangRequest.of("g", 8, EIGHT)
                .talking(Mesh.of(
                                8,
                                Dimension.ring("tp", 8, 1e9),
                                Dimension.ring("dp", 4, 1e9),
                                Dimension.pointToPoint("pp", 2, 1e8))
                        .elasticIn("dp"))
                .atLeast(2)
                .pinning(pinned);
        var shrunk = Shrink.toSurvivors(gang).orElseThrow();

        assertThat(shrunk.formerIndex()).isEqualTo(Map.of(0, 0, 1, 1, 2, 2, 3, 4, 4, 5, 5, 6));
        assertThat(shrunk.request().size()).isEqualTo(6);
        assertThat(shrunk.request().mesh().degree("dp")).hasValue(3);
        assertThat(Shrink.toSurvivors(gang.atLeast(7))).isEmpty();
    }

    @Test
    void the_cheapest_victims_are_named_and_none_that_is_not_needed() {
        held("n0", "r0", "gang a", 8);
        held("n1", "r0", "gang b", 8);
        held("n2", "r0", "gang c", 8);
        var cluster = Cluster.of(TREE, nodes);
        var choice = Preemption.cheapest(
                GangRequest.of("g", 2, EIGHT),
                cluster,
                List.of(
                        new Preemption.Candidate("gang a", 900),
                        new Preemption.Candidate("gang b", 100),
                        new Preemption.Candidate("gang c", 300)));

        assertThat(choice.orElseThrow().victims()).containsExactly("gang b", "gang c");
        assertThat(choice.get().lostSeconds()).isEqualTo(400);
        assertThat(Preemption.cheapest(GangRequest.of("g", 4, EIGHT), cluster, List.of()))
                .isEmpty();
    }

    @Test
    void bad_meshes_and_links_are_answered_with_a_reason() {
        rack("A", "r0", 4);

        assertThat(complaint(gang(3, Dimension.ring("dp", 2, 1e9))))
                .contains("the mesh has 16 ranks, but 3 members of 8");
        assertThat(complaint(gang(2, Dimension.ring("dp", 0, 1e9)))).contains("degree of dp is 0");
        assertThat(complaint(gang(2, Dimension.ring("dp", 2, -1)))).contains("bytes of dp");
        assertThat(complaint(gang(2, Dimension.ring("dp", 2, Double.NaN)))).contains("bytes of dp");
        assertThat(complaint(gang(2, Dimension.ring("dp", 2, 1e300)))).contains("bytes of dp");
        assertThat(complaint(GangRequest.of("g", 3, EIGHT)
                        .talking(Mesh.of(8, Dimension.ring("tp", 3, 1), Dimension.ring("dp", 8, 1)))))
                .contains("groups of tp are cut unevenly by members of 8 ranks");
        assertThat(complaint(gang(2, Dimension.ring("dp", 2, 1).requiring("row"))))
                .contains("row is not a level");
        assertThat(complaint(gang(2, Dimension.ring("dp", 2, 1)).spreading(new Spread("xp", "rack"))))
                .contains("xp, which is not a dimension");
        assertThat(complaint(gang(2, Dimension.ring("dp", 2, 1)).sparing(Spares.of(-1))))
                .contains("-1 spares");
        var dead = Topology.linked(new Topology.Level("rack", new Uplink(0, 1)));
        assertThat(((Unplaceable) Placer.place(GangRequest.of("g", 1, EIGHT), Cluster.of(dead, nodes)))
                        .explanation()
                        .text())
                .contains("the uplink of level rack carries nothing");
    }

    private static GangRequest gang(int members, Dimension... dimensions) {
        var all = new ArrayList<>(List.of(Dimension.ring("tp", 8, 1e9)));
        all.addAll(List.of(dimensions));
        return GangRequest.of("g", members, EIGHT).talking(new Mesh(8, all, Optional.empty()));
    }

    private Placed place(GangRequest request) {
        return (Placed) Placer.place(request, Cluster.of(TREE, nodes));
    }

    private String complaint(GangRequest request) {
        return ((Unplaceable) Placer.place(request, Cluster.of(TREE, nodes)))
                .explanation()
                .text();
    }

    private List<String> racksOf(Placed placed, int... members) {
        return java.util.Arrays.stream(members)
                .mapToObj(member -> nodeOf(placed.nodes().getOrDefault(member, ""))
                        .domains()
                        .getOrDefault("rack", ""))
                .distinct()
                .toList();
    }

    private String block(String node) {
        return nodeOf(node).domains().getOrDefault("block", "");
    }

    private Node nodeOf(String name) {
        return nodes.stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private void rack(String block, String rack, int count) {
        for (int i = 0; i < count; i++) {
            nodes.add(new Node(
                    "n%03d".formatted(nodes.size()), new TreeMap<>(Map.of("block", block, "rack", rack)), EIGHT));
        }
    }

    private void take(String name, int gpus) {
        var node = nodeOf(name);
        nodes.set(
                nodes.indexOf(node),
                new Node(
                        name,
                        node.domains(),
                        node.free().minus(Resources.of(GPU, gpus)),
                        Optional.empty(),
                        new TreeMap<>(Map.of("gang x", Resources.of(GPU, gpus)))));
    }

    private void held(String name, String rack, String owner, int gpus) {
        nodes.add(new Node(
                name,
                new TreeMap<>(Map.of("block", "A", "rack", rack)),
                Resources.NONE,
                Optional.empty(),
                new TreeMap<>(Map.of(owner, Resources.of(GPU, gpus)))));
    }
}
