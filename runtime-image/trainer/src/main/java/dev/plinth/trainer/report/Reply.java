package dev.plinth.trainer.report;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The operator's answer to a report.
 *
 * @param generation present formation of the gang
 * @param peers members that have an address
 * @param ready whether every member of this generation has one
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Reply(long generation, @Nullable List<Peer> peers, boolean ready) {
    /** @param address host, or host:port */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Peer(int member, String address) {}
}
