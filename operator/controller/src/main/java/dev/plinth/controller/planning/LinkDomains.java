package dev.plinth.controller.planning;

import dev.plinth.planner.hardware.Accelerator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Which nodes share the fast link of their accelerators. That a link can reach beyond a node (NVLink of GB200) does not say that it
 * does: only nodes whose labels name the same domain share one, or those of an innermost level whose hosts are joined by the link.
 *
 * @param domains the hosts of each; a node of which nothing is said is alone
 * @param beyondBytesPerSecond what joins a domain to the others of its innermost level, one direction, for one accelerator
 */
record LinkDomains(List<List<Host>> domains, double beyondBytesPerSecond) {
    /** Of the link's bandwidth; network cards have a tenth of it or less. */
    private static final double SHARE_THAT_NO_CARD_HAS = 0.5;

    static LinkDomains of(Site site, Accelerator accelerator) {
        var cards = accelerator.networkBytesPerSecond();
        if (!accelerator.reachesBeyondNode()) {
            return new LinkDomains(
                    alone(site.hosts()), site.hostBytesPerSecond().orElse(cards));
        }
        double least = SHARE_THAT_NO_CARD_HAS * accelerator.scaleUpBytesPerSecond();
        boolean linksHosts = site.hostBytesPerSecond().orElse(0) >= least;
        boolean labelled =
                site.hosts().stream().anyMatch(host -> host.linkDomain().isPresent());
        var domains = labelled
                ? Host.grouped(site.hosts(), Host::linkDomain)
                : linksHosts && !site.levels().isEmpty()
                        ? site.domains(site.levels().getFirst())
                        : alone(site.hosts());
        return new LinkDomains(
                within(accelerator.scaleUp(), domains),
                linksHosts ? cards : site.hostBytesPerSecond().orElse(cards));
    }

    /** A domain of more than the link can join is none, whatever its label says. */
    private static List<List<Host>> within(int reach, List<List<Host>> domains) {
        return domains.stream()
                .flatMap(hosts -> Host.together(hosts) > reach ? alone(hosts).stream() : Stream.of(hosts))
                .toList();
    }

    private static List<List<Host>> alone(List<Host> hosts) {
        return hosts.stream().map(List::of).toList();
    }
}
