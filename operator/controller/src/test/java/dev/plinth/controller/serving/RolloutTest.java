package dev.plinth.controller.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class RolloutTest {

    @Test
    void a_new_service_gets_all_its_replicas_at_once() {
        assertThat(Rollout.towards("b", 3, List.of())).isEqualTo(new Rollout(List.of(0, 1, 2), List.of()));
    }

    @Test
    void a_replica_that_is_gone_comes_back_under_its_own_number() {
        assertThat(Rollout.towards("b", 3, List.of(replica("b", 0, true), replica("b", 2, true))))
                .isEqualTo(new Rollout(List.of(1), List.of()));
    }

    @Test
    void fewer_replicas_first_lose_one_that_answers_nobody_then_the_youngest() {
        assertThat(Rollout.towards(
                        "b", 1, List.of(replica("b", 0, true), replica("b", 1, false), replica("b", 2, true))))
                .isEqualTo(new Rollout(List.of(), List.of("chat-b-1", "chat-b-2")));
    }

    @Test
    void a_new_revision_starts_with_one_replica_and_takes_none_away() {
        assertThat(Rollout.towards("b", 2, List.of(replica("a", 0, true), replica("a", 1, true))))
                .isEqualTo(new Rollout(List.of(0), List.of()));
    }

    @Test
    void an_old_replica_goes_when_a_new_one_answers() {
        assertThat(Rollout.towards("b", 1, List.of(replica("a", 0, true), replica("b", 0, true))))
                .isEqualTo(new Rollout(List.of(), List.of("chat-a-0")));
    }

    @Test
    void a_revision_that_never_answers_takes_nothing_away() {
        assertThat(Rollout.towards("b", 1, List.of(replica("a", 0, true), replica("b", 0, false))))
                .isEqualTo(new Rollout(List.of(), List.of()));
    }

    @Test
    void a_broken_revision_goes_at_once_when_a_newer_one_comes() {
        assertThat(Rollout.towards("c", 1, List.of(replica("a", 0, true), replica("b", 0, false))))
                .isEqualTo(new Rollout(List.of(), List.of("chat-b-0")));
    }

    @Test
    void no_replicas_asked_for_means_none_of_any_revision() {
        assertThat(Rollout.towards("b", 0, List.of(replica("a", 0, true), replica("b", 0, true)))
                        .delete())
                .containsExactlyInAnyOrder("chat-a-0", "chat-b-0");
    }

    /** Plays the rollout against a cluster in which one unready replica after the other becomes ready. */
    @Property(tries = 500)
    void whatever_the_start_it_ends_as_asked_for_and_never_has_fewer_ready_replicas_than_it_may(
            @ForAll @IntRange(min = 0, max = 4) int wanted,
            @ForAll @Size(max = 5) List<Boolean> older,
            @ForAll @Size(max = 5) List<Boolean> current) {
        var replicas = new ArrayList<Replica>();
        for (var i = 0; i < older.size(); i++) {
            replicas.add(replica("a", i, older.get(i)));
        }
        for (var i = 0; i < current.size(); i++) {
            replicas.add(replica("b", i, current.get(i)));
        }
        var most = Math.max(replicas.size(), wanted + 1);
        for (var step = 0; step < 40; step++) {
            var readyBefore = ready(replicas);
            var rollout = Rollout.towards("b", wanted, replicas);
            rollout.create().forEach(ordinal -> replicas.add(replica("b", ordinal, false)));
            assertThat(replicas.size()).isLessThanOrEqualTo(most);
            replicas.removeIf(replica -> rollout.delete().contains(replica.gang()));
            assertThat(ready(replicas)).isGreaterThanOrEqualTo(Math.min(wanted, readyBefore));
            becomeReady(replicas);
        }
        assertThat(replicas)
                .hasSize(wanted)
                .allMatch(replica -> replica.ready() && replica.revision().equals("b"));
    }

    private static long ready(List<Replica> replicas) {
        return replicas.stream().filter(Replica::ready).count();
    }

    private static void becomeReady(List<Replica> replicas) {
        for (var i = 0; i < replicas.size(); i++) {
            var replica = replicas.get(i);
            if (!replica.ready()) {
                replicas.set(i, replica(replica.revision(), replica.ordinal(), true));
                return;
            }
        }
    }

    private static Replica replica(String revision, int ordinal, boolean ready) {
        return new Replica("chat-%s-%d".formatted(revision, ordinal), revision, ordinal, ready);
    }
}
