package dev.plinth.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.placement.Placement.Unplaceable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A gang that must wait is told why in words and figures, and what would help. */
class ExplanationTest {
    private static final String GPU = "nvidia.com/gpu";
    private static final Topology RACKS = Topology.of("rack");

    private final List<Node> nodes = new ArrayList<>();

    @Test
    void a_cordoned_node_in_the_best_rack_is_named_with_the_remedy() {
        rack("r1", 0, 8, 8);
        rack("r3", 10, 8, 8, 8);
        close(node("n13", "r3", 8), "cordoned");

        assertThat(text(GangRequest.of("g", 4, Resources.of(GPU, 8)).requiring("rack")))
                .isEqualTo("needs 4 members x 8 nvidia.com/gpu in one rack; the best rack r3 has room for 3, "
                        + "all nodes together for 5 (cordoned: n13). To start it: make n13 (cordoned) usable, "
                        + "or prefer rack instead of requiring it, or ask for 3 members.");
    }

    @Test
    void the_gang_that_holds_the_room_is_named_and_waited_for() {
        rack("r1", 0, 8, 8);
        held(node("n2", "r1", 0), "gang ml/llama", 8);
        held(node("n3", "r1", 0), "gang ml/llama", 8);

        assertThat(text(GangRequest.of("g", 4, Resources.of(GPU, 8))))
                .isEqualTo(
                        "needs 4 members x 8 nvidia.com/gpu; all 4 nodes together have room for 2 "
                                + "(gang ml/llama holds 16 nvidia.com/gpu). To start it: wait until gang ml/llama ends, "
                                + "which makes room for 2 more, or ask for 2 members, or add 2 nodes with 8 nvidia.com/gpu each.");
    }

    @Test
    void free_accelerators_scattered_in_small_pieces_are_not_room() {
        rack("r1", 0, 1, 1, 1, 1, 1, 1, 1, 1);
        held(node("n8", "r1", 0), "gang ml/a", 8);

        assertThat(text(GangRequest.of("g", 1, Resources.of(GPU, 8))))
                .contains("room for 0", "8 nvidia.com/gpu free in pieces too small for a member", "gang ml/a ends");
    }

    @Test
    void a_gang_larger_than_the_cluster_is_told_how_much_to_add() {
        rack("r1", 0, 8, 8);

        assertThat(text(GangRequest.of("g", 10, Resources.of(GPU, 8))))
                .contains("needs 10 members", "room for 2", "add 8 nodes with 8 nvidia.com/gpu each");
    }

    @Test
    void nodes_that_are_ruled_out_for_one_reason_are_named_with_it_once() {
        rack("r1", 0, 8, 8);

        var avoid = new TreeMap<>(Map.of("n0", "has A100, not H100", "n1", "has A100, not H100"));
        assertThat(text(GangRequest.of("g", 2, Resources.of(GPU, 8)).avoiding(avoid)))
                .contains("(has A100, not H100: n0, n1)", "make 2 nodes n0, n1 (has A100, not H100) usable");
    }

    @Test
    void a_device_that_no_node_has_is_named_and_nothing_else_is_proposed() {
        nodes.add(new Node("n0", new TreeMap<>(), new Resources(Map.of("cpu", 4000L, "pods", 110L))));

        assertThat(text(GangRequest.of("g", 2, new Resources(Map.of(GPU, 8L, "cpu", 8000L, "pods", 1L)))))
                .isEqualTo(
                        "needs 2 members x 8 cpu + 8 nvidia.com/gpu; no node has nvidia.com/gpu "
                                + "(4 cpu free in pieces too small for a member). To start it: add 2 nodes with 8 cpu + 8 nvidia.com/gpu each.");
    }

    @Test
    void what_takes_the_room_is_named_as_far_as_it_is_read_at_a_glance() {
        for (int i = 0; i < 5; i++) {
            rack("r1", i, 0);
        }
        for (int i = 0; i < 5; i++) {
            nodes.set(
                    i,
                    new Node(
                            "n" + i,
                            new TreeMap<>(),
                            Resources.NONE,
                            Optional.empty(),
                            new TreeMap<>(Map.of("gang ml/" + i, Resources.of(GPU, 8)))));
        }

        assertThat(text(GangRequest.of("g", 1, Resources.of(GPU, 8))))
                .contains("(gang ml/0 holds 8 nvidia.com/gpu; gang ml/1 holds 8 nvidia.com/gpu; and 3 more).");
    }

    @Test
    void a_member_larger_than_any_node_is_told_the_largest_node() {
        rack("r1", 0, 8, 8);

        assertThat(text(GangRequest.of("g", 1, Resources.of(GPU, 16))))
                .contains("let a member need at most 8 nvidia.com/gpu");
    }

    @Test
    void who_holds_something_of_nodes_that_are_too_small_is_not_in_the_way() {
        nodes.add(new Node(
                "n0",
                new TreeMap<>(),
                Resources.of("cpu", 1_500),
                Optional.empty(),
                new TreeMap<>(
                        Map.of("gang ml/a", Resources.of("cpu", 2_000), "pod system/dns", Resources.of("cpu", 500)))));

        assertThat(text(GangRequest.of("g", 1, Resources.of("cpu", 64_000))))
                .isEqualTo(
                        "needs 1 member x 64 cpu; the largest node has 4 cpu (1500m cpu free in pieces too small for a "
                                + "member). To start it: let a member need at most 1500m cpu, or add 1 node with 64 cpu.");
    }

    @Test
    void a_large_node_that_is_ruled_out_does_not_hide_that_no_other_is_large_enough() {
        nodes.add(new Node("n0", new TreeMap<>(), Resources.of("cpu", 4_000)));
        held(node("n1", Optional.empty(), 0), "gang ml/a", 8);
        nodes.add(new Node("n2", new TreeMap<>(), Resources.of("cpu", 128_000)));

        assertThat(text(GangRequest.of("g", 1, Resources.of("cpu", 64_000))
                        .avoiding(new TreeMap<>(Map.of("n2", "has the taint gpu")))))
                .isEqualTo(
                        "needs 1 member x 64 cpu; the largest node that it may use has 4 cpu (has the taint gpu: n2; 4 cpu "
                                + "free in pieces too small for a member). To start it: make n2 (has the taint gpu) usable, "
                                + "or let a member need at most 4 cpu, or add 1 node with 64 cpu.");
    }

    @Test
    void what_no_node_has_together_is_told_so() {
        nodes.add(new Node("n0", new TreeMap<>(), new Resources(Map.of("cpu", 64_000L))));
        nodes.add(new Node("n1", new TreeMap<>(), new Resources(Map.of("cpu", 8_000L, GPU, 8L))));

        assertThat(text(GangRequest.of("g", 1, new Resources(Map.of("cpu", 16_000L, GPU, 8L)))))
                .startsWith(
                        "needs 1 member x 16 cpu + 8 nvidia.com/gpu; no node has all of that, even if it were empty");
    }

    @Test
    void a_node_that_is_overdrawn_has_none_of_the_resource() {
        nodes.add(new Node("n0", new TreeMap<>(), Resources.of("cpu", -5)));

        assertThat(text(GangRequest.of("g", 1, Resources.of("cpu", 40))))
                .isEqualTo("needs 1 member x 40m cpu; no node has cpu. To start it: add 1 node with 40m cpu.");
    }

    @Test
    void wishes_that_stand_in_the_way_only_together_are_named_as_one_remedy() {
        rack("r1", 0, 1, 1);
        rack("r2", 10, 1, 1);
        var mesh = Mesh.of(
                1,
                Dimension.ring("d0", 2, 1).requiring("host"),
                Dimension.ring("d1", 2, 1).requiring("host"));

        assertThat(explain(GangRequest.of("g", 4, Resources.of(GPU, 1)).talking(mesh))
                        .remedies())
                .first()
                .isEqualTo(new Remedy(
                        List.of(new Change.PreferAlong("d0", "host"), new Change.PreferAlong("d1", "host"))));
    }

    @Test
    void one_is_not_many() {
        rack("r1", 0, 8);
        held(node("n1", "r1", 0), "gang ml/a", 8);

        assertThat(text(GangRequest.of("g", 2, Resources.of(GPU, 8))))
                .endsWith("wait until gang ml/a ends, which makes room for 1 more, or ask for 1 member, "
                        + "or add 1 node with 8 nvidia.com/gpu.");
    }

    @Test
    void nodes_without_the_label_of_the_required_level_are_counted_out_by_name() {
        node("n0", Optional.empty(), 8);
        rack("r1", 1, 8);

        assertThat(text(GangRequest.of("g", 2, Resources.of(GPU, 8)).requiring("rack")))
                .contains("no rack known: n0");
    }

    @Test
    void a_repair_speaks_of_the_rack_that_its_survivors_are_in() {
        rack("r1", 0, 8, 0);
        rack("r2", 10, 8, 8, 8);
        SortedMap<Integer, String> survivors = new TreeMap<>(Map.of(0, "n1", 1, "n1"));

        assertThat(text(GangRequest.of("g", 4, Resources.of(GPU, 8))
                        .requiring("rack")
                        .pinning(survivors)))
                .startsWith(
                        "needs 2 more members x 8 nvidia.com/gpu in one rack; the members that stay are in rack r1, "
                                + "which has room for 1, all nodes together for 4");
    }

    @Test
    void an_empty_cluster_is_called_so() {
        assertThat(text(GangRequest.of("g", 1, Resources.NONE)))
                .isEqualTo("needs 1 member x nothing; the cluster has no nodes. To start it: add 1 node.");
    }

    @Test
    void figures_for_every_level_come_with_it() {
        rack("r1", 0, 8, 8);
        rack("r2", 10, 8);

        assertThat(explain(GangRequest.of("g", 4, Resources.of(GPU, 8))).levels())
                .containsExactly(
                        new Explanation.LevelRoom("rack", "r1", 2), new Explanation.LevelRoom("host", "r1/n0", 1));
    }

    @Test
    void amounts_are_written_as_users_write_them() {
        var amounts = new Resources(Map.of("cpu", 1500L, "memory", 64L << 30, GPU, 8L));
        assertThat(amounts).hasToString("1500m cpu + 64Gi memory + 8 nvidia.com/gpu");
    }

    private String text(GangRequest request) {
        return explain(request).text();
    }

    private Explanation explain(GangRequest request) {
        return ((Unplaceable) Placer.place(request, Cluster.of(RACKS, nodes))).explanation();
    }

    private void rack(String rack, int firstNode, int... free) {
        for (int i = 0; i < free.length; i++) {
            node("n" + (firstNode + i), rack, free[i]);
        }
    }

    private Node node(String name, String rack, int free) {
        return node(name, Optional.of(rack), free);
    }

    private Node node(String name, Optional<String> rack, int free) {
        var domains = new TreeMap<String, String>();
        rack.ifPresent(value -> domains.put("rack", value));
        var node = new Node(name, domains, Resources.of(GPU, free));
        nodes.add(node);
        return node;
    }

    private void close(Node node, String why) {
        nodes.remove(node);
        nodes.add(new Node(node.name(), node.domains(), node.free(), Optional.of(why), node.holders()));
    }

    private void held(Node node, String owner, int gpus) {
        nodes.remove(node);
        var holders = new TreeMap<>(Map.of(owner, Resources.of(GPU, gpus)));
        nodes.add(new Node(node.name(), node.domains(), node.free(), node.closed(), holders));
    }
}
