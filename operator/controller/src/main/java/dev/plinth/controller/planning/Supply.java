package dev.plinth.controller.planning;

import dev.plinth.planner.hardware.Accelerator;
import dev.plinth.planner.hardware.CapacityProfile;
import dev.plinth.planner.hardware.Fabric;
import dev.plinth.planner.hardware.Fabric.Tier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * What a job can count on: what is free if it is enough, else what there is, for a job that waits gets room one day; else as many of
 * the usual build as it needs, for the verdict does not wait for nodes to be bought.
 *
 * <p>Inside are the nodes, or more where they share a fast link. Above come the levels of the cluster's own network, with the bandwidth that its administrator gives; where he gives
 * none, that of the accelerator's usual network cards, and of the level inside.
 */
final class Supply {
    private final Site site;
    private final Accelerator accelerator;
    private final int perWorker;

    /** The hosts that share a fast link. */
    private final LinkDomains linked;

    /** The hosts of each domain, by level, those levels only that join several of these, innermost first: a rack of one node is the node. */
    private final List<Joined> joined;

    /** What is free and what there is; none if the site knows nothing that the accelerator's usual build does not say. */
    private final List<CapacityProfile> known;

    /** A level, the hosts of each of its domains, and the most accelerators that one of them has. */
    private record Joined(Site.Level level, List<List<Host>> domains, int largest) {}

    /** @param perWorker accelerators of one worker, which lie on one node */
    Supply(Site site, Accelerator accelerator, int perWorker) {
        this.site = site;
        this.accelerator = accelerator;
        this.perWorker = perWorker;
        linked = LinkDomains.of(site, accelerator);
        joined = joined();
        known = site.hosts().isEmpty()
                ? List.of()
                : Stream.<ToIntFunction<Host>>of(Host::free, Host::accelerators)
                        .map(room -> profile(host -> room.applyAsInt(host) / perWorker * perWorker))
                        .toList();
    }

    /** For a job of so many accelerators. */
    CapacityProfile of(int needed) {
        return known.stream()
                .filter(profile -> profile.total() >= needed)
                .findFirst()
                .orElseGet(() -> CapacityProfile.empty(
                        known.isEmpty()
                                ? Fabric.withinNodes(accelerator)
                                : known.getFirst().fabric(),
                        needed));
    }

    /** Most accelerators that a job could have one day; absent if nobody knows. */
    Optional<Integer> most() {
        return known.isEmpty() ? Optional.empty() : Optional.of(known.getLast().total());
    }

    /**
     * The accelerators of a job that has its place.
     *
     * @param nodes of each of its workers
     */
    CapacityProfile taken(Collection<String> nodes) {
        var workers = new HashMap<String, Integer>();
        nodes.forEach(node -> workers.merge(node, 1, Integer::sum));
        return known.isEmpty()
                ? of(nodes.size() * perWorker)
                : profile(host -> workers.getOrDefault(host.name(), 0) * perWorker);
    }

    private CapacityProfile profile(ToIntFunction<Host> room) {
        var levels = new ArrayList<SortedMap<Integer, Integer>>();
        levels.add(counted(linked.domains(), room));
        joined.forEach(level -> levels.add(counted(level.domains(), room)));
        long total = site.hosts().stream().mapToLong(room::applyAsInt).sum();
        return new CapacityProfile(fabric(), levels, (int) Math.min(total, Integer.MAX_VALUE));
    }

    /** How many domains have how many accelerators. */
    private static SortedMap<Integer, Integer> counted(List<List<Host>> domains, ToIntFunction<Host> room) {
        var counted = new TreeMap<Integer, Integer>();
        domains.forEach(hosts -> counted.merge(hosts.stream().mapToInt(room).sum(), 1, Integer::sum));
        counted.remove(0);
        return counted;
    }

    private Fabric fabric() {
        var tiers = new ArrayList<Tier>();
        tiers.add(Tier.innermost(accelerator, largest(linked.domains())));
        double within = linked.beyondBytesPerSecond();
        for (var level : site.levels()) {
            for (var each : joined) {
                if (each.level().equals(level)) {
                    tiers.add(Tier.network(level.name(), each.largest(), within));
                }
            }
            // Whoever leaves a domain has left those inside it too.
            within = Math.min(within, level.bytesPerSecond().orElse(within));
        }
        tiers.add(Tier.network("network", Fabric.EVERYTHING, within));
        return new Fabric(tiers);
    }

    private List<Joined> joined() {
        var found = new ArrayList<Joined>();
        int inner = largest(linked.domains());
        for (var level : site.levels()) {
            var domains = site.domains(level);
            int largest = largest(domains);
            if (largest > inner) {
                found.add(new Joined(level, domains, largest));
                inner = largest;
            }
        }
        return List.copyOf(found);
    }

    private static int largest(List<List<Host>> domains) {
        return domains.stream().mapToInt(Host::together).max().orElse(1);
    }
}
