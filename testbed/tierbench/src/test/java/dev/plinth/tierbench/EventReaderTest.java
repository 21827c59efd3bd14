package dev.plinth.tierbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plinth.tierbench.input.Event;
import dev.plinth.tierbench.input.EventReader;
import dev.plinth.tierbench.input.InputException;
import dev.plinth.tierbench.input.Job;
import dev.plinth.tierbench.input.Line;
import dev.plinth.tierbench.input.Needs;
import dev.plinth.tierbench.input.Occupancy;
import dev.plinth.tierbench.policy.Kueue;
import dev.plinth.tierbench.policy.Plinth;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What users of other schedulers say about their clusters and jobs is understood. */
class EventReaderTest {
    private final EventReader reader = new EventReader();
    private int lines;

    @Test
    void racks_of_one_name_in_two_blocks_are_two_if_names_are_local() {
        var two = state("""
                {"name":"n0","domains":["A","r"],"accelerators":1,"used":0},
                {"name":"n1","domains":["B","r"],"accelerators":1,"used":0}""");

        assertThat(two.fleet().domains()).containsExactly(2, 2, 2);
    }

    @Test
    void a_node_without_a_label_shares_no_rack_and_serves_no_required_one() {
        var cluster = state("""
                {"name":"n0","domains":["A",null],"accelerators":4,"used":0},
                {"name":"n1","domains":["A",null],"accelerators":4,"used":0}""");
        var job = job("\"members\":2,\"accelerators\":1,\"required\":\"rack\"");

        assertThat(cluster.fleet().domains()).containsExactly(1, 2, 2);
        assertThat(new Plinth().place(cluster, job)).isEmpty();
        assertThat(Kueue.bestFit().place(cluster, job)).isEmpty();
        assertThat(new Plinth().place(cluster, job("\"members\":2,\"accelerators\":4")))
                .isPresent();
    }

    @Test
    void the_scarcest_of_several_resources_decides() {
        var cluster = state("""
                {"name":"n0","domains":["A","r"],"accelerators":8,"used":0,"free":{"memory":10,"pods":1}},
                {"name":"n1","domains":["A","r"],"accelerators":2,"used":0,"free":{"memory":40,"pods":9}}""");
        var job = job("\"members\":2,\"accelerators\":1,\"requests\":{\"memory\":5,\"pods\":1}");

        assertThat(cluster.room(job)).containsExactly(1, 2);
        assertThat(new Plinth().place(cluster, job).orElseThrow()).containsExactly(1, 1);
        assertThat(Kueue.bestFit().place(cluster, job).orElseThrow()).containsExactly(1, 1);
    }

    @Test
    void a_leader_with_needs_comes_last_and_nodes_to_avoid_are_left_alone() {
        var cluster = state("""
                {"name":"n0","domains":["A","r"],"accelerators":9,"used":0},
                {"name":"n1","domains":["A","r"],"accelerators":3,"used":0}""");
        var job = job("\"members\":2,\"accelerators\":1,\"leader\":{\"accelerators\":1},\"avoid\":[\"n0\"]");

        assertThat(job.leader()).contains(new Needs(1, new TreeMap<>(Map.of())));
        assertThat(new Plinth().place(cluster, job).orElseThrow()).containsExactly(1, 1, 1);
        assertThat(Kueue.bestFit().place(cluster, job).orElseThrow()).containsExactly(1, 1, 1);
    }

    @Test
    void slices_may_be_made_of_slices_if_they_divide_them() {
        state("{\"name\":\"n0\",\"domains\":[\"A\",\"r\"],\"accelerators\":8,\"used\":0}");
        var slices =
                "\"members\":8,\"accelerators\":1,\"slice\":[{\"size\":4,\"level\":\"rack\"},{\"size\":%d,\"level\":\"host\"}]";

        assertThat(job(slices.formatted(2)).extras().slices())
                .isEqualTo(List.of(new Job.Slice(4, "rack"), new Job.Slice(2, "host")));
        assertThatThrownBy(() -> submit("k", slices.formatted(3)))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("slices of 3 in one host do not divide");
        assertThatThrownBy(() -> submit("l", "\"members\":8,\"accelerators\":0"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("the members of l need nothing");
    }

    @Test
    void names_with_slashes_do_not_run_into_each_other() {
        var cluster = state("""
                {"name":"n0","domains":["a","b/c"],"accelerators":1,"used":0},
                {"name":"n1","domains":["a/b","c"],"accelerators":1,"used":0}""");

        assertThat(cluster.fleet().domains()).containsExactly(2, 2, 2);
    }

    @Test
    void a_rack_named_as_an_unnamed_one_is_kept_is_another() {
        var cluster = state("""
                {"name":"n0","domains":["A",null],"accelerators":1,"used":0},
                {"name":"n1","domains":["A","?n0"],"accelerators":1,"used":0},
                {"name":"n2","domains":["A","?@n0"],"accelerators":1,"used":0}""");

        assertThat(cluster.fleet().domains()).containsExactly(1, 3, 3);
    }

    @Test
    void plinth_is_told_the_preferred_level() {
        var cluster = state("""
                {"name":"n0","domains":["A","r0"],"accelerators":1,"used":0},
                {"name":"n1","domains":["A","r1"],"accelerators":1,"used":0},
                {"name":"n2","domains":["A","r2"],"accelerators":1,"used":0},
                {"name":"n3","domains":["A","r3"],"accelerators":1,"used":0},
                {"name":"n4","domains":["B","r4"],"accelerators":2,"used":0},
                {"name":"n5","domains":["C","r5"],"accelerators":2,"used":0}""");
        var wish = "\"members\":4,\"accelerators\":1,\"preferred\":";

        assertThat(new Plinth().place(cluster, job(wish + "\"block\"")).orElseThrow())
                .containsExactly(0, 1, 2, 3);
        assertThat(new Plinth().place(cluster, job(wish + "\"rack\"")).orElseThrow())
                .containsExactly(4, 4, 5, 5);
    }

    @Test
    void a_job_finishes_once_and_only_if_it_was_submitted() {
        state("{\"name\":\"n0\",\"domains\":[\"A\",\"r\"],\"accelerators\":8,\"used\":0}");
        submit("a", "\"members\":1,\"accelerators\":1");
        read("{\"event\":\"FINISH\",\"job\":\"a\"}");

        assertRefused("{\"event\":\"FINISH\",\"job\":\"a\"}", "input line 4: job a finishes twice");
        assertRefused("{\"event\":\"FINISH\",\"job\":\"b\"}", "there is no job b that could finish");
    }

    @Test
    void nothing_happens_before_there_is_a_cluster() {
        assertRefused("{\"event\":\"SUBMIT\",\"job\":\"a\"}", "input line 1: a STATE comes first");
        assertRefused("{\"event\":\"FAIL\",\"node\":\"n0\"}", "input line 2: a STATE comes first");
    }

    @Test
    void what_is_not_json_is_told_in_plain_words() {
        assertRefused("{\"event\":NaN}", "input line 1: the field event is not one of");
        for (var text : List.of("{\"event\":", "{} {}", "{} x", "{\"event\":\"FAIL\",\"event\":\"FAIL\"}", "\u0000")) {
            assertRefused(text, "is not one JSON object that has each field once; look before column");
        }
        assertRefused("{\"event\":" + "[".repeat(100_000), "is not one JSON object");
        assertRefused("{\"event\":" + "1".repeat(100_000) + "}", "is not one JSON object");
        assertRefused("[1]", "is not a JSON object");
    }

    @Test
    void a_field_of_another_type_or_name_is_told_by_its_path() {
        assertRefused(
                "{\"event\":\"STATE\",\"state\":\"s\",\"levels\":[{\"name\":\"host\",\"bandwidth\":NaN}],\"nodes\":[]}",
                "the field levels[0].bandwidth is not a number from 1 to 1000000000000000");
        assertRefused(
                "{\"event\":\"STATE\",\"state\":\"t\",\"levels\":[{\"nam\":\"host\"}],\"nodes\":[]}",
                "the field levels[0].nam is not known; there are name, bandwidth, oversubscription");
    }

    @Test
    void a_mesh_of_more_ranks_than_can_be_counted_is_told_in_words() {
        state("{\"name\":\"n0\",\"domains\":[\"A\",\"r\"],\"accelerators\":8,\"used\":0}");
        var dimension = "{\"name\":\"dp\",\"degree\":100000,\"traffic\":\"RING\",\"bytes\":1}";

        assertThatThrownBy(() ->
                        submit("a", "\"members\":1,\"accelerators\":8,\"mesh\":[" + dimension + "," + dimension + "]"))
                .hasMessageContaining("multiply to more than 2147483647 ranks, the most that can be scored");
    }

    private void assertRefused(String line, String reason) {
        assertThatThrownBy(() -> read(line)).isInstanceOf(InputException.class).hasMessageContaining(reason);
    }

    private Occupancy state(String nodes) {
        var line = """
                {"event":"STATE","state":"s","localNames":true,"levels":[{"name":"block","bandwidth":1,"oversubscription":1},
                {"name":"rack","bandwidth":1,"oversubscription":1},{"name":"host","bandwidth":1,"oversubscription":1}],
                "nodes":[%s]}""";
        return ((Event.State) read(line.formatted(nodes))).occupancy();
    }

    private Job job(String fields) {
        return submit("j" + fields.hashCode(), fields);
    }

    private Job submit(String name, String fields) {
        return ((Event.Submit) read("{\"event\":\"SUBMIT\",\"job\":\"" + name + "\"," + fields + "}")).job();
    }

    private Event read(String text) {
        return reader.read(new Line("input", ++lines, text));
    }
}
