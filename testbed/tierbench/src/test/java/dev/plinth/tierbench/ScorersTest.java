package dev.plinth.tierbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plinth.tierbench.input.EventReader;
import dev.plinth.tierbench.input.Fleet;
import dev.plinth.tierbench.input.InputException;
import dev.plinth.tierbench.input.Job;
import dev.plinth.tierbench.input.Level;
import dev.plinth.tierbench.input.Line;
import dev.plinth.tierbench.score.FlowScorer;
import dev.plinth.tierbench.score.UplinkScorer;
import java.util.List;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** Times worked out by hand, and inputs that make no sense. */
class ScorersTest {
    private static final Offset<Double> EXACT = Offset.offset(1e-12);
    private static final Fleet TWO_LEAVES = Fleet.of(
            List.of(new Level("leaf", 10, 5), new Level("host", 10, 1)),
            List.of(
                    new Fleet.Host("n0", List.of("l0"), 1),
                    new Fleet.Host("n1", List.of("l0"), 1),
                    new Fleet.Host("n2", List.of("l1"), 1),
                    new Fleet.Host("n3", List.of("l1"), 1)));

    @Test
    void a_ring_over_two_leaves_takes_as_long_as_its_edge_over_their_uplink() {
        var job = job(new Job.Dimension("dp", 4, Job.Traffic.RING, 40));

        // 2 * 3/4 * 40 = 60 bytes over each edge; one edge leaves each leaf, whose uplink carries 2 * 10 / 5 = 4 bytes
        // a second.
        for (var scorer : List.of(new UplinkScorer(TWO_LEAVES), new FlowScorer(TWO_LEAVES))) {
            var times = scorer.times(job, new int[] {0, 1, 2, 3});
            assertThat(times.own()).isCloseTo(15, EXACT);
            assertThat(times.flat()).isCloseTo(6, EXACT);
            assertThat(times.busiestUplink()).isCloseTo(15, EXACT);
            assertThat(times.crossingBytes()).isCloseTo(120, EXACT);
            assertThat(times.slowdown(3)).isCloseTo(2, EXACT);
        }
        // In the wrong order every edge crosses.
        assertThat(new UplinkScorer(TWO_LEAVES)
                        .times(job, new int[] {0, 2, 1, 3})
                        .own())
                .isCloseTo(30, EXACT);
    }

    @Test
    void neighbours_exchange_both_ways_and_all_to_all_goes_to_everybody() {
        var chain = job(new Job.Dimension("pp", 4, Job.Traffic.POINT_TO_POINT, 8));
        var all = job(new Job.Dimension("ep", 4, Job.Traffic.ALL_TO_ALL, 8));

        assertThat(new UplinkScorer(TWO_LEAVES)
                        .times(chain, new int[] {0, 1, 2, 3})
                        .own())
                .isCloseTo(2, EXACT);
        // Four pairs cross, 2 bytes each way.
        assertThat(new UplinkScorer(TWO_LEAVES)
                        .times(all, new int[] {0, 1, 2, 3})
                        .own())
                .isCloseTo(2, EXACT);
    }

    @Test
    void a_leaf_without_accelerators_is_not_the_busiest() {
        var fleet = Fleet.of(
                List.of(new Level("leaf", 10, 1), new Level("host", 10, 1)),
                List.of(new Fleet.Host("n0", List.of("l0"), 4), new Fleet.Host("n1", List.of("l1"), 0)));
        var job = job(new Job.Dimension("dp", 4, Job.Traffic.RING, 40));

        assertThat(new UplinkScorer(fleet).times(job, new int[] {0, 0, 0, 0}).busiestUplink())
                .isZero();
    }

    @Test
    void an_input_that_makes_no_sense_is_refused_with_its_line_and_a_reason() {
        refuses("{", "line 1: is not one JSON object");
        refuses("{\"event\":\"DANCE\"}", "the field event is not one of [STATE, SUBMIT, FINISH, FAIL, REPAIR]");
        refuses(state("[]", "50e9", "\"leaf\""), "the cluster has no nodes");
        refuses(
                state(node("n0", "l0"), "0", "\"leaf\""),
                "the field levels[0].bandwidth is not a number from 1 to 1000000000000000");
        refuses(state(node("n0", "l0"), "50e9", "\"host\""), "two levels have one name");
        refuses(
                state("[{\"name\":\"n0\",\"domains\":[],\"accelerators\":8,\"used\":0}]", "50e9", "\"leaf\""),
                "names 0 domains, not 1");
        refuses(
                state("[{\"name\":\"n0\",\"domains\":[\"l\"],\"accelerators\":-8,\"used\":0}]", "50e9", "\"leaf\""),
                "not a whole number from 0");
        refuses(
                state("[{\"name\":\"n0\",\"domains\":[\"l\"],\"accelerators\":1e18,\"used\":0}]", "50e9", "\"leaf\""),
                "not a whole number from 0");
        refuses("{\"event\":\"FAIL\",\"node\":\"n9\"}", "a STATE comes first");
    }

    @Test
    void a_domain_in_two_outer_ones_is_refused() {
        refuses(
                "{\"event\":\"STATE\",\"state\":\"s\",\"levels\":[{\"name\":\"block\",\"bandwidth\":1,\"oversubscription\":1},"
                        + "{\"name\":\"leaf\",\"bandwidth\":1,\"oversubscription\":1},{\"name\":\"host\",\"bandwidth\":1,\"oversubscription\":1}],"
                        + "\"nodes\":[{\"name\":\"n0\",\"domains\":[\"A\",\"l\"],\"accelerators\":1,\"used\":0},"
                        + "{\"name\":\"n1\",\"domains\":[\"B\",\"l\"],\"accelerators\":1,\"used\":0}]}",
                "leaf l lies in two domains of block");
    }

    private static void refuses(String line, String reason) {
        assertThatThrownBy(() -> new EventReader().read(new Line("input", 1, line)))
                .isInstanceOf(InputException.class)
                .hasMessageContaining(reason);
    }

    private static String state(String nodes, String bandwidth, String level) {
        return "{\"event\":\"STATE\",\"state\":\"s\",\"levels\":[{\"name\":" + level + ",\"bandwidth\":" + bandwidth
                + ",\"oversubscription\":1},{\"name\":\"host\",\"bandwidth\":1,\"oversubscription\":1}],\"nodes\":"
                + nodes + "}";
    }

    private static String node(String name, String leaf) {
        return "[{\"name\":\"" + name + "\",\"domains\":[\"" + leaf + "\"],\"accelerators\":8,\"used\":0}]";
    }

    private static Job job(Job.Dimension dimension) {
        return new Job("j", 4, 1, List.of(dimension), Optional.empty(), Optional.empty(), Job.Extras.NONE, 3, 0);
    }
}
