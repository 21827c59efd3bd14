package dev.plinth.controller.report;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.plinth.controller.contract.Fingerprint;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator answers a report with; each case is one HTTP status. */
sealed interface ReportReply {
    /** The HTTP status. */
    @JsonIgnore
    int status();

    /**
     * The formation of now, and where its members are: 200. A member of an older one re-forms.
     *
     * @param topology the places of all members, if the member asked and knows others
     */
    record Present(
            int generation,
            List<Peer> peers,
            boolean ready,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Topology topology)
            implements ReportReply {
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

    /**
     * Where the members are on the network.
     *
     * @param version changes with any of them
     * @param domains place by member index, as {@code block=b0,rack=r1,host=n3}; empty while it is not known
     */
    record Topology(String version, List<String> domains) {
        static Topology of(List<String> domains) {
            return new Topology(Fingerprint.of(domains), domains);
        }
    }

    /** Where a member is reached. */
    record Peer(int member, String address) {}
}
