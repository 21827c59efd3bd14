package dev.plinth.controller.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.controller.SetClock;
import dev.plinth.controller.cluster.GangKey;
import dev.plinth.controller.cluster.Wakefulness;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ReportBookTest {
    private static final GangKey GANG = new GangKey("ml", "llama");

    private final SetClock clock = new SetClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final ReportBook book = new ReportBook(clock, new Wakefulness(clock));

    @Test
    void members_are_not_silent_while_this_process_was_stopped() {
        clock.pass(Duration.ofSeconds(20));

        assertThat(book.listeningSince()).isEqualTo(clock.instant());
    }

    @Test
    void what_a_gang_told_is_not_taken_for_the_word_of_one_made_again_under_its_name() {
        book.enter("older", report());

        assertThat(book.of(GANG, "older")).isPresent();
        assertThat(book.of(GANG, "newer")).isEmpty();
    }

    @Test
    void the_end_of_an_older_gang_leaves_the_page_of_the_newer() {
        book.enter("newer", report());

        book.gangGone(gang("older"));
        assertThat(book.of(GANG, "newer")).isPresent();
        book.gangGone(gang("newer"));
        assertThat(book.of(GANG, "newer")).isEmpty();
    }

    private static Gang gang(String uid) {
        var gang = new Gang();
        gang.setMetadata(new ObjectMetaBuilder()
                .withNamespace(GANG.namespace())
                .withName(GANG.name())
                .withUid(uid)
                .build());
        return gang;
    }

    private static ReportMessage report() {
        return new ReportMessage(
                GANG.name(), GANG.namespace(), 0, 0, 1, MemberReport.State.Training, null, null, null, null);
    }
}
