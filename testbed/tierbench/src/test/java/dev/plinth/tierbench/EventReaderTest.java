package dev.plinth.tierbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plinth.tierbench.input.Event;
import dev.plinth.tierbench.input.EventReader;
import dev.plinth.tierbench.input.InputException;
import dev.plinth.tierbench.input.Job;
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

    private Occupancy state(String nodes) {
        var line = """
                {"event":"STATE","state":"s","localNames":true,"levels":[{"name":"block","bandwidth":1,"oversubscription":1},
                {"name":"rack","bandwidth":1,"oversubscription":1},{"name":"host","bandwidth":1,"oversubscription":1}],
                "nodes":[%s]}""";
        return ((Event.State) reader.read(line.formatted(nodes))).occupancy();
    }

    private Job job(String fields) {
        return submit("j" + fields.hashCode(), fields);
    }

    private Job submit(String name, String fields) {
        return ((Event.Submit) reader.read("{\"event\":\"SUBMIT\",\"job\":\"" + name + "\"," + fields + "}")).job();
    }
}
