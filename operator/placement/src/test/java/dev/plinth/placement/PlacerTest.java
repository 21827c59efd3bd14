package dev.plinth.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.placement.Placement.Placed;
import dev.plinth.placement.Placement.Unplaceable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The cases in which placers of today lose, and the inputs that could break one. */
class PlacerTest {
    private static final String GPU = "nvidia.com/gpu";
    private static final Resources ONE = Resources.of(GPU, 1);
    private static final Topology TREE = Topology.of("block", "rack");

    private final List<Node> nodes = new ArrayList<>();

    @Test
    void one_rack_of_a_roomier_block_beats_four_racks_of_a_tighter_one() {
        for (int rack = 0; rack < 4; rack++) {
            node("a" + rack, "A", "A" + rack, 2);
        }
        node("b0", "B", "B0", 9);

        assertThat(place(GangRequest.of("g", 8, ONE).requiring("block")).domain())
                .isEqualTo("B/B0/b0");
    }

    @Test
    void a_gang_over_blocks_uses_the_fewest_and_leaves_the_largest_hole_whole() {
        node("a0", "A", "A0", 4);
        node("b0", "B", "B0", 6);
        node("c0", "C", "C0", 9);
        node("d0", "D", "D0", 5);

        // Two blocks are needed: 5 + 6 is the tightest pair for 11, and 9 stays whole.
        assertThat(place(GangRequest.of("g", 11, ONE)).nodes().values()).containsOnly("b0", "d0");
    }

    @Test
    void single_members_pack_into_the_fullest_node() {
        node("a0", "A", "A0", 8);
        node("a1", "A", "A1", 1);

        assertThat(place(GangRequest.of("g", 1, ONE)).nodes()).containsEntry(0, "a1");
    }

    @Test
    void racks_of_a_block_are_looked_at_although_only_the_block_is_preferred() {
        node("a0", "A", "A0", 2);
        node("a1", "A", "A1", 2);
        node("b0", "B", "B0", 1);
        node("b1", "B", "B1", 4);

        assertThat(place(GangRequest.of("g", 4, ONE).preferring("block")).domain())
                .isEqualTo("B/B1/b1");
    }

    @Test
    void racks_come_before_blocks_if_racks_are_preferred() {
        for (int rack = 0; rack < 4; rack++) {
            node("a" + rack, "A", "A" + rack, 4);
        }
        node("b0", "B", "B0", 8);
        node("c0", "C", "C0", 8);

        assertThat(place(GangRequest.of("g", 16, ONE).preferring("rack"))
                        .nodes()
                        .values())
                .containsOnly("b0", "c0");
        assertThat(place(GangRequest.of("g", 16, ONE).preferring("block")).domain())
                .isEqualTo("A");
    }

    @Test
    void racks_of_one_name_in_two_blocks_are_two_racks() {
        node("a0", "A", "r0", 1);
        node("b0", "B", "r0", 1);

        assertThat(Placer.place(GangRequest.of("g", 2, ONE).requiring("rack"), cluster()))
                .isInstanceOf(Unplaceable.class);
    }

    @Test
    void neighbours_in_rank_are_neighbours_in_the_tree() {
        node("a0", "A", "A0", 2);
        node("b0", "B", "B0", 2);
        node("a1", "A", "A1", 2);

        assertThat(place(GangRequest.of("g", 6, ONE)).nodes())
                .isEqualTo(Map.of(0, "a0", 1, "a0", 2, "a1", 3, "a1", 4, "b0", 5, "b0"));
    }

    @Test
    void a_repair_moves_nobody_and_gives_each_lost_member_the_place_near_its_neighbours() {
        node("a0", "A", "A0", 0);
        node("a1", "A", "A0", 1);
        node("b0", "B", "B0", 0);
        node("b1", "B", "B0", 1);
        SortedMap<Integer, String> survivors = new TreeMap<>(Map.of(0, "b0", 2, "b0", 3, "a0", 5, "a0"));

        assertThat(place(GangRequest.of("g", 6, ONE).pinning(survivors)).nodes())
                .isEqualTo(Map.of(0, "b0", 1, "b1", 2, "b0", 3, "a0", 4, "a1", 5, "a0"));
    }

    @Test
    void a_repair_stays_in_the_domain_of_the_survivors_even_if_another_fits_tighter() {
        node("a0", "A", "A0", 5);
        node("b0", "B", "B0", 1);
        SortedMap<Integer, String> survivors = new TreeMap<>(Map.of(0, "a0"));

        assertThat(place(GangRequest.of("g", 2, ONE).pinning(survivors)).nodes())
                .containsEntry(1, "a0");
    }

    @Test
    void several_lost_nodes_are_repaired_at_once() {
        node("a0", "A", "A0", 0);
        node("a1", "A", "A0", 4);
        node("a2", "A", "A0", 4);
        SortedMap<Integer, String> survivors = new TreeMap<>(Map.of(0, "a0", 1, "a0"));
        var placed = place(GangRequest.of("g", 6, ONE)
                .requiring("rack")
                .pinning(survivors)
                .avoiding(new TreeMap<>(Map.of("a1", "lost"))));

        assertThat(placed.nodes().values()).containsOnly("a0", "a2");
    }

    @Test
    void bad_requests_are_answered_with_a_reason() {
        node("a0", "A", "A0", 8);

        assertThat(complaint(GangRequest.of("g", 0, ONE))).contains("at least 1 member, not 0");
        assertThat(complaint(GangRequest.of("g", -3, ONE))).contains("not -3");
        assertThat(complaint(GangRequest.of("g", Integer.MAX_VALUE, ONE))).contains("at most 100000 members");
        assertThat(complaint(GangRequest.of("g", 1, Resources.of(GPU, -1)))).contains("cannot need -1 nvidia.com/gpu");
        assertThat(complaint(GangRequest.of("g", 1, ONE).requiring("row")))
                .contains("row is not a level", "use one of block, rack, host");
        assertThat(complaint(GangRequest.of("g", 1, ONE).preferring("row"))).contains("preferred level row");
        assertThat(complaint(GangRequest.of("g", 1, ONE).pinning(new TreeMap<>(Map.of(4, "a0")))))
                .contains("member 4 is pinned, but the gang has members 0 to 0");
        assertThat(complaint(GangRequest.of("g", 2, ONE).pinning(new TreeMap<>(Map.of(0, "gone")))))
                .contains("gone, which is not a node of the cluster");
    }

    @Test
    void numbers_at_the_end_of_their_range_do_no_harm() {
        nodes.add(new Node("a0", new TreeMap<>(), Resources.of(GPU, Long.MAX_VALUE)));
        nodes.add(new Node("a1", new TreeMap<>(), Resources.of(GPU, Long.MIN_VALUE)));

        assertThat(place(GangRequest.of("g", 3, Resources.of(GPU, Long.MAX_VALUE / 3)))
                        .nodes()
                        .values())
                .containsOnly("a0");
        assertThat(place(GangRequest.of("g", GangRequest.MAX_SIZE, ONE)).nodes())
                .hasSize(GangRequest.MAX_SIZE);
        assertThat(place(GangRequest.of("g", GangRequest.MAX_SIZE, Resources.NONE))
                        .domain())
                .isEqualTo("?/?/a0");
        assertThat(Resources.of(GPU, Long.MAX_VALUE).plus(ONE).amount(GPU)).isEqualTo(Long.MAX_VALUE);
        assertThat(Resources.of(GPU, -2)
                        .minus(Resources.of(GPU, Long.MIN_VALUE))
                        .amount(GPU))
                .isEqualTo(Long.MAX_VALUE - 2);
    }

    @Test
    void a_gang_whose_members_all_stay_is_placed_as_it_is() {
        node("a0", "A", "A0", 0);
        SortedMap<Integer, String> survivors = new TreeMap<>(Map.of(0, "a0", 1, "a0"));

        assertThat(place(GangRequest.of("g", 2, ONE).pinning(survivors)).nodes())
                .isEqualTo(survivors);
    }

    @Test
    void a_leader_takes_the_seat_that_costs_its_members_least() {
        node("a0", "A", "A0", 4);
        node("a1", "A", "A0", 3);

        // Two members fit on a0 and one on a1, where a GPU is left over; on a0 the leader would take a member's place.
        var placed = place(GangRequest.of("g", 3, Resources.of(GPU, 2)).leading(ONE));

        assertThat(placed.leader()).contains("a1");
        assertThat(placed.nodes().values()).containsExactly("a0", "a0", "a1");
    }

    @Test
    void a_gang_takes_another_rack_if_its_leader_has_room_beside_it_there() {
        node("a0", "A", "A0", 4);
        node("b0", "B", "B0", 5);

        var placed = place(GangRequest.of("g", 4, ONE).leading(ONE));

        assertThat(placed.nodes().values()).containsOnly("b0");
        assertThat(placed.leader()).contains("b0");
    }

    @Test
    void slices_of_which_no_traffic_is_known_go_to_the_fewest_racks() {
        node("a0", "A", "A0", 5);
        node("a1", "A", "A1", 3);
        node("a2", "A", "A2", 9);
        var slices = Mesh.of(1, Dimension.ring("slice", 2, 0).requiring("rack"), Dimension.ring("slices", 4, 0));

        var placed = place(GangRequest.of("g", 8, ONE).talking(slices));

        assertThat(placed.nodes().values()).containsOnly("a2");
        assertThat(complaint(GangRequest.of("g", 16, ONE)
                        .talking(Mesh.of(
                                1, Dimension.ring("slice", 2, 0).requiring("rack"), Dimension.ring("slices", 8, 0)))))
                .contains("no way was found with each group of slice in one rack");
    }

    @Test
    void room_that_holds_no_whole_slice_is_not_counted() {
        for (int rack = 0; rack < 6; rack++) {
            node("n" + rack, "B" + rack / 2, "R" + rack, 5);
        }
        var slices = Mesh.of(1, Dimension.ring("slice", 3, 0).requiring("rack"), Dimension.ring("slices", 6, 0));

        assertThat(place(GangRequest.of("g", 18, ONE).talking(slices)).nodes().values())
                .containsOnly("n0", "n1", "n2", "n3", "n4", "n5");
    }

    private Placed place(GangRequest request) {
        return (Placed) Placer.place(request, cluster());
    }

    private String complaint(GangRequest request) {
        return ((Unplaceable) Placer.place(request, cluster())).explanation().text();
    }

    private Cluster cluster() {
        return Cluster.of(TREE, nodes);
    }

    private void node(String name, String block, String rack, int gpus) {
        nodes.add(new Node(name, new TreeMap<>(Map.of("block", block, "rack", rack)), Resources.of(GPU, gpus)));
    }
}
