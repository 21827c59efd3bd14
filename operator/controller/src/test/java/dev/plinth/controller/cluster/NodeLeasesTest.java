package dev.plinth.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** Leases of 10 s, so renewed each 2.5 s. Times are seconds since some moment. */
class NodeLeasesTest {
    private static final Duration LEASE = Duration.ofSeconds(10);

    private final NodeLeases leases = new NodeLeases(new Wakefulness(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC)));

    @Test
    void aNodeThatStopsRenewingWhileOthersDoNotWasLastHeardWhenItDid() {
        renewed("lost", 0);
        for (int second = 1; second <= 8; second++) {
            renewed("well", second);
        }

        assertThat(leases.lastSign("lost", at(8))).contains(at(0));
        assertThat(leases.lastSign("well", at(8))).contains(at(8));
    }

    @Test
    void whileNobodyRenewsItIsNotTheNodesThatAreAway() {
        renewed("one", 0);
        renewed("other", 1);

        assertThat(leases.lastSign("one", at(3))).contains(at(0));
        assertThat(leases.lastSign("one", at(5))).contains(at(5));
        assertThat(leases.lastSign("one", at(60))).contains(at(60));
    }

    @Test
    void theFirstRenewalAfterThatCountsAsASignOfLifeOfAll() {
        renewed("one", 0);
        renewed("other", 1);
        renewed("other", 16);

        assertThat(leases.lastSign("one", at(17))).contains(at(16));
    }

    @Test
    void whenAKubeletWasLastHeardBeforeUsIsKnownFromItsOwnWordsUntilWeHearItOurselves() {
        leases.seen("lost", "2026-01-01T00:00:07.250000Z", LEASE, at(20));
        assertThat(leases.lastBeforeUs("lost")).contains(Instant.parse("2026-01-01T00:00:07.250Z"));

        leases.seen("lost", "2026-01-01T00:00:22.250000Z", LEASE, at(22));
        assertThat(leases.lastBeforeUs("lost")).isEmpty();
    }

    @Test
    void anUnknownNodeHasGivenNoSign() {
        renewed("one", 0);

        assertThat(leases.lastSign("unknown", at(1))).isEmpty();
    }

    private void renewed(String node, int second) {
        leases.seen(node, Integer.toString(second), LEASE, at(second));
    }

    private static Instant at(int second) {
        return Instant.EPOCH.plusSeconds(second);
    }
}
