package dev.plinth.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plinth.recovery.Action.Reform;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class RecoveryRecordTest {
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void a_recovery_is_told_from_the_loss_to_the_first_new_step() {
        var told = detected(2, 100, 106).replaced(2, at(110)).resumed(2, 450, at(115));

        assertThat(told.lostAt()).isEqualTo(at(100));
        assertThat(told.detectedAt()).isEqualTo(at(106));
        assertThat(told.replacedAt()).contains(at(110));
        assertThat(told.resumedAt()).contains(at(115));
        assertThat(told.lostSteps()).hasValue(50);
    }

    @Test
    void news_of_an_older_generation_and_repeated_news_change_nothing() {
        var told = detected(3, 100, 106).replaced(3, at(110)).resumed(3, 450, at(115));

        assertThat(detected(3, 100, 106).replaced(2, at(107)).resumed(2, 400, at(108)))
                .isEqualTo(detected(3, 100, 106));
        assertThat(told.replaced(3, at(120)).resumed(3, 480, at(121))).isEqualTo(told);
    }

    @Test
    void a_member_that_trains_is_running_even_if_nobody_saw_it_start() {
        assertThat(detected(2, 100, 106).resumed(2, 450, at(115)).replacedAt()).contains(at(115));
    }

    @Test
    void steps_are_not_counted_as_lost_before_it_is_known_where_training_went_on() {
        assertThat(detected(2, 100, 106).lostSteps()).isEmpty();
        assertThat(detected(2, 100, 106).resumed(2, 900, at(115)).lostSteps()).hasValue(0);
    }

    @Test
    void a_loss_is_never_later_than_its_detection() {
        assertThat(detected(2, 110, 106).lostAt()).isEqualTo(at(106));
    }

    @Test
    void goodput_is_what_is_left_after_down_time_and_steps_done_twice() {
        var first = detected(2, 100, 106).resumed(2, 450, at(120));
        var goodput = Goodput.of(START, at(1000), List.of(first), Duration.ofSeconds(1));

        assertThat(goodput.down()).isEqualTo(Duration.ofSeconds(20));
        assertThat(goodput.redone()).isEqualTo(Duration.ofSeconds(50));
        assertThat(goodput.share()).isCloseTo(0.93, within(1e-9));
    }

    @Test
    void a_fault_during_a_recovery_lengthens_it_and_is_not_counted_twice() {
        var overtaken = detected(2, 100, 106);
        var second = detected(3, 110, 116).resumed(3, 480, at(130));
        var goodput = Goodput.of(START, at(1000), List.of(overtaken, second), Duration.ofSeconds(1));

        assertThat(goodput.down()).isEqualTo(Duration.ofSeconds(30));
        assertThat(goodput.redone()).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void a_recovery_that_goes_on_counts_until_now() {
        assertThat(Goodput.of(START, at(200), List.of(detected(2, 100, 106)), Duration.ofSeconds(1))
                        .share())
                .isCloseTo(0.5, within(1e-9));
        assertThat(Goodput.of(START, START, List.of(), Duration.ofSeconds(1)).share())
                .isEqualTo(1);
    }

    private static RecoveryRecord detected(int generation, long lost, long detected) {
        var reform = new Reform(
                generation,
                new TreeMap<>(),
                0,
                new TreeSet<>(List.of(1)),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                List.of(),
                "member 1 is gone");
        return RecoveryRecord.detected(reform, at(lost), OptionalLong.of(500), at(detected));
    }

    private static Instant at(long seconds) {
        return START.plusSeconds(seconds);
    }
}
