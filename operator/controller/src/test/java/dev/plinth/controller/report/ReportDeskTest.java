package dev.plinth.controller.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.controller.cluster.GangKey;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportDeskTest {
    private static final GangKey GANG = new GangKey("ml", "llama");

    private final ReportBook book = new ReportBook(Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));
    private final Formation formation = new Formation("uid", 2, 3, Map.of(1, 1), Map.of(0, "10.0.0.1", 1, "10.0.0.2"));
    private final ReportDesk desk = new ReportDesk(
            token -> token.equals("none") ? Optional.empty() : Optional.of(new MemberIdentity("ml", token)),
            gang -> gang.equals(GANG) ? Optional.of(formation) : Optional.empty(),
            book);

    @Test
    void a_member_of_the_formation_learns_its_generation_and_its_peers() {
        assertThat(desk.take("llama-1-1", report(1, 1)))
                .isEqualTo(new ReportReply.Present(
                        3, List.of(new ReportReply.Peer(0, "10.0.0.1"), new ReportReply.Peer(1, "10.0.0.2")), true));
        assertThat(book.last(GANG, "uid", 1, 1)).isPresent();
    }

    @Test
    void a_token_that_nobody_vouches_for_is_refused() {
        assertThat(desk.take("none", report(1, 1)).status()).isEqualTo(401);
    }

    @Test
    void a_member_cannot_speak_for_another() {
        assertThat(desk.take("llama-0-0", report(1, 1)).status()).isEqualTo(403);
        assertThat(book.last(GANG, "uid", 1, 1)).isEmpty();
    }

    @Test
    void a_replaced_member_is_told_to_end_and_is_not_entered() {
        assertThat(desk.take("llama-1-0", report(1, 0))).isEqualTo(new ReportReply.Replaced(3));
        assertThat(book.last(GANG, "uid", 1, 0)).isEmpty();
    }

    @Test
    void a_gang_that_is_not_seen_yet_is_asked_to_report_again() {
        var stranger = new ReportMessage("other", "ml", 0, 0, 1, MemberReport.State.Starting, null, null, null);
        assertThat(desk.take("other-0-0", stranger).status()).isEqualTo(503);
    }

    private static ReportMessage report(int member, int incarnation) {
        return new ReportMessage(
                GANG.name(), GANG.namespace(), member, incarnation, 3, MemberReport.State.Training, null, null, null);
    }
}
