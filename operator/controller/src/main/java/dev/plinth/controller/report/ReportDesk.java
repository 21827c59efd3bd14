package dev.plinth.controller.report;

import dev.plinth.controller.cluster.GangKey;
import dev.plinth.controller.report.ReportReply.Topology;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Judges a report, enters it into the book, and answers with the formation of now. */
final class ReportDesk {
    private final Function<String, Optional<MemberIdentity>> tokens;
    private final Function<GangKey, Optional<Formation>> formations;
    private final Function<String, String> domainsOfNode;
    private final ReportBook book;

    ReportDesk(
            Function<String, Optional<MemberIdentity>> tokens,
            Function<GangKey, Optional<Formation>> formations,
            Function<String, String> domainsOfNode,
            ReportBook book) {
        this.tokens = tokens;
        this.formations = formations;
        this.domainsOfNode = domainsOfNode;
        this.book = book;
    }

    ReportReply take(String token, ReportMessage message) {
        var identity = tokens.apply(token);
        if (identity.isEmpty()) {
            return new ReportReply.Refused(
                    401,
                    "The token is not good. Send the content of the file that PLINTH_REPORT_TOKEN_FILE names; read it anew each time.");
        }
        if (!identity.get().is(message.key(), message.member(), message.incarnation())) {
            return new ReportReply.Refused(
                    403,
                    "The token is that of pod %s, which is not member %d, incarnation %d, of gang %s."
                            .formatted(identity.get().pod(), message.member(), message.incarnation(), message.key()));
        }
        var formation = formations.apply(message.key());
        if (formation.isEmpty()) {
            return new ReportReply.Refused(
                    503, "Gang %s is not known here yet. Report again.".formatted(message.key()));
        }
        return answer(message, identity.get(), formation.get());
    }

    private ReportReply answer(ReportMessage message, MemberIdentity identity, Formation now) {
        int incarnation = now.incarnation(message.member());
        var seat = now.seat(message.member());
        boolean another =
                seat.filter(taken -> !taken.podUid().equals(identity.podUid())).isPresent();
        if (message.member() >= now.size() || message.incarnation() < incarnation || another) {
            return new ReportReply.Replaced(now.generation());
        }
        if (message.generation() > now.generation() || message.incarnation() > incarnation || seat.isEmpty()) {
            // The cache is behind, or the member made the number up: then this answer stays.
            return new ReportReply.Refused(
                    503,
                    "Generation %d, incarnation %d of member %d is not known here yet; the newest is %d, %d. Report again, with the generation of the last answer or, before there is one, PLINTH_GENERATION."
                            .formatted(
                                    message.generation(),
                                    message.incarnation(),
                                    message.member(),
                                    now.generation(),
                                    incarnation));
        }
        book.enter(now.gangUid(), message);
        return new ReportReply.Present(now.generation(), now.peers(), now.complete(), topology(message, now));
    }

    /** Places are told when they have changed, to those that ask: to all with each report would be too much of a big gang. */
    private @Nullable Topology topology(ReportMessage message, Formation now) {
        if (message.knownTopology().isEmpty()) {
            return null;
        }
        var topology = Topology.of(now.domains(domainsOfNode));
        return message.knownTopology().get().equals(topology.version()) ? null : topology;
    }
}
