package dev.plinth.controller.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;

/** What the operator answers a report with; each case is one HTTP status. */
sealed interface ReportReply {
    /** The HTTP status. */
    @JsonIgnore
    int status();

    /** The formation of now, and where its members are: 200. A member of an older one re-forms. */
    record Present(int generation, List<Peer> peers, boolean ready) implements ReportReply {
        @Override
        public int status() {
            return 200;
        }
    }

    /** The member was replaced, and ends without doing anything more: 409. */
    record Replaced(int generation) implements ReportReply {
        @Override
        public int status() {
            return 409;
        }
    }

    /** The report was not taken, and why. */
    record Refused(int status, String error) implements ReportReply {}

    /** Where a member is reached. */
    record Peer(int member, String address) {}
}
