package dev.plinth.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.recovery.Action.GiveUp;
import dev.plinth.recovery.Action.None;
import dev.plinth.recovery.Action.Reform;
import dev.plinth.recovery.Action.Wait;
import dev.plinth.recovery.Signal.MemberDone;
import dev.plinth.recovery.Signal.MemberFailed;
import dev.plinth.recovery.Signal.MemberGone;
import dev.plinth.recovery.Signal.MemberOutdated;
import dev.plinth.recovery.Signal.MemberRejected;
import dev.plinth.recovery.Signal.MemberSilent;
import dev.plinth.recovery.Signal.NodeLost;
import dev.plinth.recovery.Signal.NodeSuspect;
import dev.plinth.recovery.Signal.PeerSuspected;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class RecoveryTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final RecoveryPolicy POLICY = RecoveryPolicy.of(10, Duration.ofSeconds(10));

    private final GangState gang = gang(RestartScope.MEMBER);

    @Test
    void a_gang_without_signals_is_left_alone() {
        assertThat(next(gang)).isEqualTo(new None());
    }

    @Test
    void all_members_on_a_lost_node_are_replaced_in_one_formation_and_the_others_stay() {
        var reform = reform(gang, new NodeLost("n1", "no sign of its kubelet"));

        assertThat(reform.generation()).isEqualTo(2);
        assertThat(reform.replaced()).containsExactly(2, 3);
        assertThat(reform.incarnations()).isEqualTo(Map.of(2, 1, 3, 1));
        assertThat(reform.survivors()).isEqualTo(Map.of(0, "n0", 1, "n0"));
        assertThat(reform.avoid()).containsOnlyKeys("n1");
        assertThat(reform.restarts()).isZero();
        assertThat(reform.reason()).isEqualTo("members 2, 3 lost with node n1: no sign of its kubelet");
    }

    @Test
    void losses_of_several_kinds_at_once_are_one_formation() {
        var reform = reform(gang, new MemberGone(0, 0), new NodeLost("n1", "deleted"), new MemberFailed(1, 0, 1));

        assertThat(reform.replaced()).containsExactly(0, 1, 2, 3);
        assertThat(reform.generation()).isEqualTo(2);
    }

    @Test
    void the_loss_of_a_node_without_members_of_the_gang_does_not_concern_it() {
        assertThat(next(gang, new NodeLost("n7", "deleted"))).isEqualTo(new None());
    }

    @Test
    void the_same_signals_after_the_new_formation_is_written_change_nothing() {
        Signal[] signals = {new NodeLost("n1", "deleted"), new MemberFailed(0, 0, 1)};
        var after = written(gang, reform(gang, signals));

        assertThat(next(after, signals)).isEqualTo(new None());
    }

    @Test
    void a_static_process_group_is_replaced_whole() {
        var reform = reform(gang(RestartScope.GANG), new MemberGone(2, 0));

        assertThat(reform.replaced()).containsExactly(0, 1, 2, 3);
        assertThat(reform.wholeGang()).isTrue();
    }

    @Test
    void an_elastic_group_is_replaced_whole_only_if_it_lost_the_member_that_hosts_the_rendezvous() {
        var elastic = gang(RestartScope.GANG_IF_FIRST);

        assertThat(reform(elastic, new MemberGone(2, 0)).replaced()).containsExactly(2);
        assertThat(reform(elastic, new MemberGone(0, 0)).wholeGang()).isTrue();
    }

    @Test
    void only_failures_of_the_members_themselves_use_up_restarts() {
        assertThat(reform(gang, new MemberFailed(1, 0, 137)).restarts()).isEqualTo(1);
        assertThat(reform(gang, new MemberGone(1, 0)).restarts()).isZero();
    }

    @Test
    void a_deleted_pod_beside_a_failure_does_not_excuse_it() {
        assertThat(reform(gang, new MemberFailed(1, 0, 1), new MemberGone(0, 0)).restarts())
                .isEqualTo(1);
    }

    @Test
    void members_that_are_done_come_along_into_a_new_formation_but_cause_none() {
        assertThat(next(gang, new MemberDone(0, 0), new MemberDone(3, 0))).isEqualTo(new None());

        var reform = reform(gang, new MemberDone(0, 0), new MemberFailed(1, 0, 1));
        assertThat(reform.replaced()).containsExactly(0, 1);
        assertThat(reform.faults()).hasSize(1);
        assertThat(reform.reason()).isEqualTo("member 1 failed with exit code 1");
    }

    @Test
    void failures_that_come_with_the_loss_of_a_node_are_taken_for_its_consequence() {
        var reform = reform(gang(RestartScope.GANG), new MemberFailed(0, 0, 1), new NodeLost("n1", "deleted"));

        assertThat(reform.restarts()).isZero();
    }

    @Test
    void a_failure_waits_for_the_verdict_on_a_suspect_node_of_the_gang() {
        var until = NOW.plusSeconds(4);

        assertThat(next(gang, new MemberFailed(0, 0, 1), new NodeSuspect("n1", until, "silent")))
                .isEqualTo(new Wait(until, "node n1 may be lost: silent"));
        assertThat(next(gang, new MemberFailed(0, 0, 1), new NodeSuspect("n1", NOW, "silent")))
                .isInstanceOf(Reform.class);
        assertThat(next(gang, new MemberFailed(0, 0, 1), new NodeSuspect("n9", until, "silent")))
                .isInstanceOf(Reform.class);
    }

    @Test
    void when_the_restarts_are_used_up_the_gang_is_given_up_with_the_last_failure() {
        var last = new GangState(
                "g", 4, RestartScope.MEMBER, 11, gang.incarnations(), 10, gang.nodes(), gang.step(), FaultHistory.NONE);

        assertThat(next(last, new MemberFailed(1, 0, 137)))
                .isEqualTo(new GiveUp("all 10 restarts are used up; last, member 1 failed with exit code 137"));
        assertThat(next(last, new NodeLost("n0", "deleted"))).isInstanceOf(Reform.class);
    }

    @Test
    void equal_failures_at_the_same_step_are_a_crash_loop() {
        var looping = gang;
        for (int round = 0; round < 2; round++) {
            looping = written(looping, reform(looping, NOW.plusSeconds(100L * round), failure(looping, 1)));
        }

        assertThat(Recovery.next(looping, List.of(failure(looping, 1)), POLICY, NOW.plusSeconds(300)))
                .isEqualTo(
                        new GiveUp("crash loop: 3 times in a row at step 120; last, member 1 failed with exit code 1; "
                                + "restarting does not help"));
        assertThat(Recovery.next(looping, List.of(failure(looping, 137)), POLICY, NOW.plusSeconds(300)))
                .isInstanceOf(Reform.class);
        assertThat(Recovery.next(at(looping, 121), List.of(failure(looping, 1)), POLICY, NOW.plusSeconds(300)))
                .isInstanceOf(Reform.class);
    }

    @Test
    void pods_that_nodes_reject_again_and_again_count_come_slower_and_end_as_a_crash_loop_in_the_words_of_the_node() {
        var rejected = at(gang, -1);
        var now = NOW;
        for (int round = 0; round < 2; round++) {
            var reform = reform(rejected, now, rejection(rejected));
            assertThat(reform.restarts()).isEqualTo(round + 1);
            rejected = written(rejected, reform);
            assertThat(Recovery.next(rejected, List.of(rejection(rejected)), POLICY, now))
                    .isInstanceOf(round == 0 ? Wait.class : GiveUp.class);
            now = now.plusSeconds(2);
        }

        assertThat(Recovery.next(rejected, List.of(rejection(rejected)), POLICY, now))
                .isInstanceOfSatisfying(
                        GiveUp.class,
                        end -> assertThat(end.reason())
                                .contains(
                                        "crash loop: 3 times in a row",
                                        "member 1 rejected by its node: SysctlForbidden"));
    }

    @Test
    void in_a_crash_loop_of_several_members_only_the_last_failure_is_laid_to_the_last() {
        var looping = gang;
        for (int member : new int[] {1, 0}) {
            var now = NOW.plusSeconds(100L * (1 - member));
            looping = written(looping, reform(looping, now, new MemberFailed(member, looping.incarnation(member), 1)));
        }

        assertThat(Recovery.next(
                        looping, List.of(new MemberFailed(0, looping.incarnation(0), 1)), POLICY, NOW.plusSeconds(300)))
                .isInstanceOfSatisfying(
                        GiveUp.class,
                        end -> assertThat(end.reason())
                                .startsWith("crash loop: 3 times in a row at step 120; last, member 0 failed"));
    }

    @Test
    void failures_without_any_known_step_are_a_loop_only_if_they_follow_fast() {
        var looping = at(gang, -1);
        for (int round = 0; round < 2; round++) {
            looping = at(written(looping, reform(looping, NOW.plusSeconds(60L * round), failure(looping, 1))), -1);
        }

        assertThat(Recovery.next(looping, List.of(failure(looping, 1)), POLICY, NOW.plusSeconds(120)))
                .isInstanceOf(GiveUp.class);
        assertThat(Recovery.next(looping, List.of(failure(looping, 1)), POLICY, NOW.plus(Duration.ofDays(1))))
                .isInstanceOf(Reform.class);
    }

    @Test
    void restarts_without_progress_come_ever_slower_and_the_first_at_once() {
        var endless = RecoveryPolicy.endless(Duration.ofSeconds(10));
        var state = written(gang, (Reform) Recovery.next(gang, List.of(failure(gang, 1)), endless, NOW));
        var now = NOW;
        for (long seconds : new long[] {1, 2, 4, 8, 16, 32, 60, 60}) {
            var wait = (Wait) Recovery.next(state, List.of(failure(state, 1)), endless, now);
            assertThat(wait.until()).isEqualTo(now.plusSeconds(seconds));
            now = wait.until();
            state = written(state, (Reform) Recovery.next(state, List.of(failure(state, 1)), endless, now));
        }
        assertThat(Recovery.next(at(state, 500), List.of(failure(state, 1)), endless, now))
                .isInstanceOf(Reform.class);
    }

    @Test
    void a_silent_member_is_waited_for_and_then_counts_as_hung() {
        assertThat(next(gang, silent(1, 12)))
                .isEqualTo(new Wait(NOW.plusSeconds(18).plusMillis(1), "members [1] silent for up to 12 s"));
        assertThat(reform(gang, silent(1, 31)).reason()).isEqualTo("member 1 silent for 31 s");
        assertThat(reform(gang, silent(1, 31)).restarts()).isEqualTo(1);
        assertThat(next(gang, silent(1, 9))).isEqualTo(new None());
    }

    @Test
    void a_silent_member_that_a_live_peer_cannot_reach_is_replaced_at_once() {
        assertThat(reform(gang, silent(1, 12), new PeerSuspected(0, 1, 0)).replaced())
                .containsExactly(1);
        assertThat(next(gang, silent(1, 12), silent(2, 12), new PeerSuspected(2, 1, 0)))
                .isInstanceOf(Wait.class);
        assertThat(next(gang, new PeerSuspected(0, 1, 0))).isEqualTo(new None());
    }

    @Test
    void nobody_is_hung_when_everybody_is_silent_for_then_the_way_to_the_operator_is_broken() {
        assertThat(next(gang, silent(0, 99), silent(1, 99), silent(2, 99), silent(3, 99)))
                .isInstanceOfSatisfying(
                        Wait.class, wait -> assertThat(wait.why()).contains("no member has reported for 99 s"));
    }

    @Test
    void a_node_on_which_members_failed_three_times_alone_is_a_lemon() {
        var state = gang;
        for (int round = 0; round < 2; round++) {
            var reform = reform(at(state, 100 + round), NOW.plusSeconds(1000L * round), failure(state, 1));
            assertThat(reform.lemons()).isEmpty();
            state = written(state, reform);
        }
        assertThat(reform(at(state, 103), NOW.plusSeconds(3000), failure(state, 1))
                        .lemons())
                .containsOnlyKeys("n0");
        assertThat(reform(at(state, 103), NOW.plus(Duration.ofDays(2)), failure(state, 1))
                        .lemons())
                .isEmpty();
    }

    @Test
    void nonsense_is_ignored() {
        assertThat(next(gang, new MemberFailed(-1, 0, 1), new MemberFailed(4, 0, 1), new MemberFailed(1, 0, 0)))
                .isEqualTo(new None());
        assertThat(next(gang, new MemberGone(1, 7), new MemberSilent(1, 7, Duration.ofDays(1))))
                .isEqualTo(new None());
    }

    @Test
    void when_what_members_run_has_changed_all_are_replaced_whatever_the_framework_and_the_budget_begins_anew() {
        var spent = written(gang, reform(gang, failure(gang, 1)));

        var reform = reform(spent, new MemberOutdated(0, 0));

        assertThat(reform.generation()).isEqualTo(3);
        assertThat(reform.incarnations()).isEqualTo(Map.of(0, 1, 1, 2, 2, 1, 3, 1));
        assertThat(reform.survivors()).isEmpty();
        assertThat(reform.restarts()).isZero();
        assertThat(reform.planned()).isTrue();
    }

    @Test
    void a_changed_gang_that_has_failed_in_a_loop_is_given_another_chance() {
        var loop = gang;
        for (int round = 0; round < 2; round++) {
            loop = written(loop, reform(loop, NOW.plusSeconds(60L * round), failure(loop, 1)));
        }

        assertThat(next(loop, failure(loop, 1))).isInstanceOf(GiveUp.class);
        assertThat(next(loop, failure(loop, 1), new MemberOutdated(1, 2))).isInstanceOf(Reform.class);
    }

    @Test
    void that_a_replaced_member_was_outdated_is_no_news() {
        assertThat(next(gang, new MemberOutdated(1, 7))).isEqualTo(new None());
    }

    private static GangState gang(RestartScope scope) {
        return new GangState(
                "g",
                4,
                scope,
                1,
                new TreeMap<>(),
                0,
                new TreeMap<>(Map.of(0, "n0", 1, "n0", 2, "n1", 3, "n1")),
                OptionalLong.of(120),
                FaultHistory.NONE);
    }

    /** The gang at another step; none if negative. */
    private static GangState at(GangState state, long step) {
        var steps = step < 0 ? OptionalLong.empty() : OptionalLong.of(step);
        return new GangState(
                state.name(),
                state.size(),
                state.scope(),
                state.generation(),
                state.incarnations(),
                state.restarts(),
                state.nodes(),
                steps,
                state.history());
    }

    /** The gang after the formation was written and its new members found places: where they were, or on n2. */
    private static GangState written(GangState state, Reform reform) {
        var nodes = new TreeMap<>(state.nodes());
        nodes.replaceAll((member, node) -> reform.avoid().containsKey(node) ? "n2" : node);
        return new GangState(
                state.name(),
                state.size(),
                state.scope(),
                reform.generation(),
                reform.incarnations(),
                reform.restarts(),
                nodes,
                state.step(),
                state.history().plus(reform.faults()));
    }

    private static MemberFailed failure(GangState state, int exitCode) {
        return new MemberFailed(1, state.incarnation(1), exitCode);
    }

    private static MemberSilent silent(int index, int seconds) {
        return new MemberSilent(index, 0, Duration.ofSeconds(seconds));
    }

    private static MemberRejected rejection(GangState state) {
        return new MemberRejected(1, state.incarnation(1), "SysctlForbidden");
    }

    private static Reform reform(GangState state, Signal... signals) {
        return reform(state, NOW, signals);
    }

    private static Reform reform(GangState state, Instant now, Signal... signals) {
        return (Reform) Recovery.next(state, List.of(signals), POLICY, now);
    }

    private static Action next(GangState state, Signal... signals) {
        return Recovery.next(state, List.of(signals), POLICY, NOW);
    }
}
