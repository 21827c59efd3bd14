package dev.plinth.placement;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CapacityTest {
    private static final String GPU = "nvidia.com/gpu";
    private static final Resources EIGHT = Resources.of(GPU, 8);
    private static final Holder FIRST = new Holder("gang ml/a", "uid-a/0-0");
    private static final Holder SECOND = new Holder("gang ml/b", "uid-b/0-0");

    private final Capacity capacity = new Capacity(Topology.of("rack"));

    CapacityTest() {
        capacity.putNode("n0", in("r0"), EIGHT, Optional.empty());
    }

    @Test
    void room_is_taken_from_the_promise_on_and_free_only_when_the_pod_is_seen_to_be_gone() {
        assertThat(capacity.reserve(on(FIRST, "n0"), EIGHT)).isEmpty();
        assertThat(free()).isZero();
        capacity.observe(FIRST, "n0", EIGHT);
        assertThat(free()).isZero();
        capacity.withdraw(FIRST);
        assertThat(free()).isZero();
        capacity.gone(FIRST);
        assertThat(free()).isEqualTo(8);
    }

    @Test
    void a_promise_is_checked_against_the_book_and_not_against_the_snapshot_it_was_decided_on() {
        assertThat(capacity.reserve(on(FIRST, "n0"), EIGHT)).isEmpty();
        assertThat(capacity.reserve(on(SECOND, "n0"), EIGHT)).contains("n0 no longer has 8 nvidia.com/gpu free");
    }

    @Test
    void a_promise_to_a_gang_is_given_whole_or_not_at_all() {
        var both = new TreeMap<>(Map.of(FIRST, "n0", SECOND, "n0"));
        assertThat(capacity.reserve(both, EIGHT)).isPresent();
        assertThat(free()).isEqualTo(8);
    }

    @Test
    void the_same_promise_again_is_the_same_promise() {
        assertThat(capacity.reserve(on(FIRST, "n0"), EIGHT)).isEmpty();
        assertThat(capacity.reserve(on(FIRST, "n0"), EIGHT)).isEmpty();
        assertThat(free()).isZero();
    }

    @Test
    void a_promise_for_another_node_must_be_taken_back_first() {
        capacity.putNode("n1", in("r0"), EIGHT, Optional.empty());
        capacity.reserve(on(FIRST, "n0"), EIGHT);
        assertThat(capacity.reserve(on(FIRST, "n1"), EIGHT)).contains("uid-a/0-0 already has its room on n0");
        capacity.withdraw(FIRST);
        assertThat(capacity.reserve(on(FIRST, "n1"), EIGHT)).isEmpty();
    }

    @Test
    void the_room_of_a_pod_that_is_about_to_end_can_be_handed_on_to_its_successor() {
        var successor = new Holder("gang ml/a", "uid-a/0-1");
        capacity.observe(FIRST, "n0", EIGHT);
        capacity.handOn(successor, "n0", EIGHT);
        capacity.gone(FIRST);
        assertThat(free()).isZero();
        capacity.withdraw(successor);
        assertThat(free()).isEqualTo(8);
    }

    @Test
    void nothing_is_promised_on_nodes_that_closed_or_left_since_the_decision() {
        capacity.putNode("n0", in("r0"), EIGHT, Optional.of("cordoned"));
        assertThat(capacity.reserve(on(FIRST, "n0"), EIGHT)).contains("n0 is closed: cordoned");
        capacity.removeNode("n0");
        assertThat(capacity.reserve(on(FIRST, "n0"), EIGHT)).contains("n0 is no longer a node of the cluster");
    }

    @Test
    void pods_are_counted_even_if_they_are_seen_before_their_node() {
        capacity.observe(FIRST, "n1", EIGHT);
        capacity.putNode("n1", in("r1"), EIGHT, Optional.empty());
        assertThat(capacity.snapshot().node("n1").orElseThrow().free().amount(GPU))
                .isZero();
    }

    @Test
    void a_node_that_comes_back_still_has_its_pods() {
        capacity.observe(FIRST, "n0", EIGHT);
        capacity.removeNode("n0");
        capacity.putNode("n0", in("r0"), EIGHT, Optional.empty());
        assertThat(free()).isZero();
    }

    @Test
    void a_node_with_fewer_devices_than_pods_is_overdrawn_but_places_nobody() {
        capacity.observe(FIRST, "n0", EIGHT);
        capacity.putNode("n0", in("r0"), Resources.of(GPU, 6), Optional.empty());
        assertThat(free()).isEqualTo(-2);
        assertThat(Placer.place(GangRequest.of("g", 1, Resources.of(GPU, 1)), capacity.snapshot()))
                .isInstanceOf(Placement.Unplaceable.class);
    }

    @Test
    void a_snapshot_does_not_change_and_shares_what_did_not() {
        capacity.putNode("n1", in("r1"), EIGHT, Optional.empty());
        var before = capacity.snapshot();
        capacity.observe(FIRST, "n0", EIGHT);
        var after = capacity.snapshot();

        assertThat(before.node("n0").orElseThrow().free()).isEqualTo(EIGHT);
        assertThat(after.node("n0").orElseThrow().holders()).containsOnlyKeys("gang ml/a");
        assertThat(after.node("n1").orElseThrow()).isSameAs(before.node("n1").orElseThrow());
        assertThat(capacity.snapshot()).isSameAs(after);
    }

    @Test
    void new_labels_and_new_levels_show_in_the_next_snapshot() {
        assertThat(capacity.snapshot().domainCount("rack")).isEqualTo(1);
        capacity.putNode("n0", new TreeMap<>(Map.of("rack", "r0", "block", "b0")), EIGHT, Optional.empty());
        capacity.setTopology(Topology.of("block", "rack"));
        assertThat(capacity.snapshot().domainCount("block")).isEqualTo(1);
    }

    @Test
    void promises_of_one_owner_can_be_listed() {
        capacity.reserve(on(FIRST, "n0"), Resources.of(GPU, 4));
        capacity.observe(SECOND, "n0", Resources.of(GPU, 4));
        assertThat(capacity.promises("gang ml/a")).containsOnlyKeys(FIRST);
        assertThat(capacity.promises("gang ml/b")).isEmpty();
    }

    private long free() {
        return capacity.snapshot().node("n0").orElseThrow().free().amount(GPU);
    }

    private static SortedMap<String, String> in(String rack) {
        return new TreeMap<>(Map.of("rack", rack));
    }

    private static SortedMap<Holder, String> on(Holder holder, String node) {
        return new TreeMap<>(Map.of(holder, node));
    }
}
