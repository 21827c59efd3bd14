package dev.plinth.controller.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.controller.cluster.GangKey;
import dev.plinth.controller.cluster.Wakefulness;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportDeskTest {
    private static final GangKey GANG = new GangKey("ml", "llama");

    private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

    private final ReportBook book = new ReportBook(CLOCK, new Wakefulness(CLOCK));
    private final Map<String, String> racks = new HashMap<>(Map.of("n0", "r0", "n1", "r1"));
    private final Formation formation = new Formation(
            "uid",
            2,
            3,
            Map.of(1, 1),
            Map.of(0, seat("llama-0-0", "10.0.0.1", "n0"), 1, seat("llama-1-1", "10.0.0.2", "n1")));
    private final ReportDesk desk = new ReportDesk(
            token -> token.equals("none") ? Optional.empty() : Optional.of(identity(token)),
            gang -> gang.equals(GANG) ? Optional.of(formation) : Optional.empty(),
            node -> "rack=" + racks.get(node) + ",host=" + node,
            book);

    @Test
    void a_member_of_the_formation_learns_its_generation_and_its_peers() {
        assertThat(desk.take("llama-1-1", report(1, 1)))
                .isEqualTo(new ReportReply.Present(
                        3,
                        List.of(new ReportReply.Peer(0, "10.0.0.1"), new ReportReply.Peer(1, "10.0.0.2")),
                        true,
                        null));
        assertThat(book.last(GANG, "uid", 1, 1)).isPresent();
    }

    @Test
    void a_member_that_asks_learns_where_all_are_on_the_network_and_then_only_what_has_changed() {
        var first = topology(desk.take("llama-1-1", asking("")));
        assertThat(first.domains()).containsExactly("rack=r0,host=n0", "rack=r1,host=n1");

        assertThat(desk.take("llama-1-1", asking(first.version())))
                .isInstanceOfSatisfying(
                        ReportReply.Present.class,
                        present -> assertThat(present.topology()).isNull());

        racks.put("n0", "r7");
        assertThat(topology(desk.take("llama-1-1", asking(first.version()))).domains())
                .containsExactly("rack=r7,host=n0", "rack=r1,host=n1");
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
        var stranger = new ReportMessage("other", "ml", 0, 0, 1, MemberReport.State.Starting, null, null, null, null);
        assertThat(desk.take("other-0-0", stranger).status()).isEqualTo(503);
    }

    @Test
    void a_pod_of_an_earlier_gang_of_the_same_name_is_told_to_end() {
        assertThat(desk.take("llama-1-1/earlier", report(1, 1))).isEqualTo(new ReportReply.Replaced(3));
        assertThat(book.last(GANG, "uid", 1, 1)).isEmpty();
    }

    @Test
    void a_generation_that_is_not_known_is_not_entered() {
        var ahead = new ReportMessage(
                GANG.name(), GANG.namespace(), 1, 1, 99, MemberReport.State.Training, null, null, null, null);

        assertThat(desk.take("llama-1-1", ahead)).isInstanceOfSatisfying(ReportReply.Refused.class, refused -> {
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.error()).contains("Generation 99", "the newest is 3", "PLINTH_GENERATION");
        });
        assertThat(book.of(GANG, "uid")).isEmpty();
    }

    /** A token is the name of its pod, and what else tells pods of one name apart. */
    private static MemberIdentity identity(String token) {
        return new MemberIdentity("ml", token.split("/", 2)[0], "uid of " + token);
    }

    private static Formation.Seat seat(String pod, String address, String node) {
        return new Formation.Seat("uid of " + pod, Optional.of(address), Optional.of(node));
    }

    private static ReportMessage asking(String known) {
        return new ReportMessage(
                GANG.name(), GANG.namespace(), 1, 1, 3, MemberReport.State.Training, null, null, null, known);
    }

    private static ReportReply.Topology topology(ReportReply reply) {
        return Objects.requireNonNull(((ReportReply.Present) reply).topology());
    }

    private static ReportMessage report(int member, int incarnation) {
        return new ReportMessage(
                GANG.name(),
                GANG.namespace(),
                member,
                incarnation,
                3,
                MemberReport.State.Training,
                null,
                null,
                null,
                null);
    }
}
