package dev.plinth.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.recovery.NodeObservation.Readiness;
import dev.plinth.recovery.NodeObservation.ReportingMember;
import dev.plinth.recovery.NodeVerdict.Alive;
import dev.plinth.recovery.NodeVerdict.Lost;
import dev.plinth.recovery.NodeVerdict.Suspect;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The lease lasts 40 s, so the kubelet renews each 10 s, and 16 s without a renewal are one and a half periods and the slack. */
class NodeLossDetectorTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Duration LEASE = Duration.ofSeconds(40);
    private final NodeLossDetector detector = NodeLossDetector.of(Duration.ofSeconds(5));

    @Test
    void a_node_is_lost_when_its_members_and_its_kubelet_have_fallen_silent() {
        assertThat(judge(reporting(6, 20), 17))
                .isEqualTo(new Lost(
                        NOW.minusSeconds(6),
                        "its members have not been heard for 6 s, its kubelet has not been heard for 17 s"));
    }

    @Test
    void one_member_that_is_heard_keeps_its_node() {
        assertThat(judge(reporting(1, 60), 200)).isEqualTo(new Alive());
        assertThat(detector.judge(node(reporting(1), 200, Readiness.FALSE, 600), NOW))
                .isEqualTo(new Alive());
    }

    @Test
    void a_kubelet_that_renews_its_lease_keeps_its_node_under_suspicion_at_most() {
        assertThat(judge(reporting(6), 12))
                .isEqualTo(new Suspect(NOW.plusSeconds(4).plusMillis(1), "its members have not been heard for 6 s"));
    }

    @Test
    void without_members_that_report_the_whole_lease_has_to_run_out() {
        assertThat(judge(new TreeMap<>(), 40)).isEqualTo(new Alive());
        assertThat(judge(new TreeMap<>(), 41)).isInstanceOf(Lost.class);
    }

    @Test
    void after_a_start_of_the_operator_a_member_not_yet_heard_is_not_silent() {
        assertThat(judge(expectedFor(3), 3)).isEqualTo(new Alive());
        assertThat(judge(expectedFor(6), 6)).isInstanceOf(Suspect.class);
        assertThat(judge(expectedFor(17), 17)).isInstanceOf(Lost.class);
    }

    @Test
    void a_node_that_is_not_ready_for_long_is_lost() {
        assertThat(detector.judge(node(new TreeMap<>(), 1, Readiness.FALSE, 30), NOW))
                .isEqualTo(new Alive());
        assertThat(detector.judge(node(new TreeMap<>(), 1, Readiness.FALSE, 31), NOW))
                .isInstanceOf(Lost.class);
        assertThat(detector.judge(node(new TreeMap<>(), 1, Readiness.UNKNOWN, 31), NOW))
                .isInstanceOf(Lost.class);
    }

    @Test
    void a_deleted_node_is_lost_at_once() {
        var deleted = new NodeObservation(
                "n", false, reporting(1), Optional.empty(), LEASE, Readiness.TRUE, NOW.minusSeconds(99));
        assertThat(detector.judge(deleted, NOW)).isEqualTo(new Lost(NOW.minusSeconds(1), "the node was deleted"));
    }

    @Test
    void silence_shorter_than_three_seconds_is_never_asked_for() {
        assertThat(NodeLossDetector.of(Duration.ZERO).silence()).isEqualTo(Duration.ofSeconds(3));
    }

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void a_dead_node_is_found_in_time_and_a_live_one_never_lost(@ForAll long seed) {
        var random = new Random(seed);
        long death = 20_000 + random.nextInt(40_000);
        long firstRenewal = random.nextInt(10_000);
        var members = 1 + random.nextInt(3);
        for (long millis = 0; millis < death + 30_000; millis += 250) {
            long alive = Math.min(millis, death);
            var reports = new TreeMap<String, ReportingMember>();
            for (int m = 0; m < members; m++) {
                reports.put("m" + m, new ReportingMember(Optional.of(at(alive - alive % 1000)), Optional.empty()));
            }
            long renewal = alive < firstRenewal ? 0 : alive - (alive - firstRenewal) % 10_000;
            var seen = new NodeObservation("n", true, reports, Optional.of(at(renewal)), LEASE, Readiness.TRUE, at(0));
            var verdict = detector.judge(seen, at(millis));
            if (millis <= death) {
                assertThat(verdict).isEqualTo(new Alive());
            }
            if (millis > death + 16_250) {
                assertThat(verdict).isInstanceOf(Lost.class);
            }
            if (verdict instanceof Suspect suspect) {
                assertThat(suspect.until()).isAfter(at(millis));
            }
        }
    }

    private NodeVerdict judge(SortedMap<String, ReportingMember> members, int leaseAge) {
        return detector.judge(node(members, leaseAge, Readiness.TRUE, 999), NOW);
    }

    private static NodeObservation node(
            SortedMap<String, ReportingMember> members, int leaseAge, Readiness readiness, int readinessAge) {
        return new NodeObservation(
                "n",
                true,
                members,
                Optional.of(NOW.minusSeconds(leaseAge)),
                LEASE,
                readiness,
                NOW.minusSeconds(readinessAge));
    }

    private static SortedMap<String, ReportingMember> reporting(int... secondsAgo) {
        var members = new TreeMap<String, ReportingMember>();
        for (int ago : secondsAgo) {
            members.put(
                    "m" + members.size(), new ReportingMember(Optional.of(NOW.minusSeconds(ago)), Optional.empty()));
        }
        return members;
    }

    private static SortedMap<String, ReportingMember> expectedFor(int seconds) {
        var members = new TreeMap<String, ReportingMember>();
        members.put("m0", new ReportingMember(Optional.empty(), Optional.of(NOW.minusSeconds(seconds))));
        return members;
    }

    private static Instant at(long millis) {
        return NOW.plusMillis(millis);
    }
}
