package dev.plinth.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.controller.SetClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class WakefulnessTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final SetClock clock = new SetClock(START);
    private final Wakefulness wakefulness = new Wakefulness(clock);

    @Test
    void who_is_never_stopped_is_awake_since_the_start() {
        for (int beat = 0; beat < 100; beat++) {
            clock.pass(Duration.ofMillis(1400));
            assertThat(wakefulness.since()).isEqualTo(START);
        }
    }

    @Test
    void whoever_asks_first_after_a_stop_is_told_of_it() {
        clock.pass(Duration.ofSeconds(20));

        assertThat(wakefulness.since()).isEqualTo(START.plusSeconds(20));
    }

    @Test
    void a_clock_that_is_set_back_ends_the_stretch() {
        clock.pass(Duration.ofHours(-1));

        assertThat(wakefulness.since()).isEqualTo(START.minusSeconds(3600));
    }

    @Test
    void a_kubelet_is_not_taken_for_silent_while_we_were_stopped() {
        var leases = new NodeLeases(wakefulness);
        leases.seen("a", "1", Duration.ofSeconds(8), START);
        leases.seen("b", "1", Duration.ofSeconds(8), START);

        clock.pass(Duration.ofSeconds(12));
        leases.seen("b", "2", Duration.ofSeconds(8), clock.instant());

        assertThat(leases.lastSign("a", clock.instant())).contains(START.plusSeconds(12));
    }
}
