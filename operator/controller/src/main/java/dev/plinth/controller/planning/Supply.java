package dev.plinth.controller.planning;

import dev.plinth.planner.hardware.Accelerator;
import dev.plinth.planner.hardware.CapacityProfile;
import dev.plinth.planner.hardware.Fabric;
import dev.plinth.planner.hardware.Fabric.Tier;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * What a job can count on: what is free if it is enough, else what there is, for a job that waits gets room one day; else as many of
 * the usual build as it needs, for the verdict does not wait for nodes to be bought.
 *
 * <p>Above the nodes come the levels of the cluster's own network, with the bandwidth that its administrator gives; where he gives
 * none, that of the accelerator's usual network cards, and of the level inside.
 *
 * @param perWorker accelerators of one worker, which lie on one node
 */
record Supply(Site site, Accelerator accelerator, int perWorker) {
    /** @param needed accelerators of all workers */
    static CapacityProfile of(Site site, Accelerator accelerator, int needed, int perWorker) {
        return new Supply(site, accelerator, perWorker).of(needed);
    }

    private CapacityProfile of(int needed) {
        var usual = Fabric.of(accelerator);
        boolean nodeIsDomain =
                accelerator.scaleUp() <= accelerator.perNode() && usual.tiers().size() > 1;
        if (!nodeIsDomain || site.hosts().isEmpty()) {
            return CapacityProfile.empty(usual, needed);
        }
        var levels = levels();
        var fabric = fabric(usual.tiers().getFirst(), levels);
        for (ToIntFunction<Host> room : List.<ToIntFunction<Host>>of(Host::free, Host::accelerators)) {
            var free = new ArrayList<SortedMap<Integer, Integer>>();
            free.add(counted(
                    site.hosts().stream().map(host -> forWorkers(room, host)).toList()));
            levels.forEach(level -> free.add(counted(sums(level, host -> forWorkers(room, host)))));
            long total = site.hosts().stream()
                    .mapToLong(host -> forWorkers(room, host))
                    .sum();
            if (total >= needed) {
                return new CapacityProfile(fabric, free, (int) Math.min(total, Integer.MAX_VALUE));
            }
        }
        return CapacityProfile.empty(fabric, needed);
    }

    /** Those that join several nodes, innermost first: a rack of one node is the node. */
    private List<Site.Level> levels() {
        var levels = new ArrayList<Site.Level>();
        int inner = largestNode();
        for (var level : site.levels()) {
            int size = largest(level);
            if (size > inner) {
                levels.add(level);
                inner = size;
            }
        }
        return levels;
    }

    private Fabric fabric(Tier node, List<Site.Level> levels) {
        var tiers = new ArrayList<Tier>();
        tiers.add(new Tier(node.name(), largestNode(), node.bytesPerSecond(), node.latencySeconds()));
        double within = site.hostBytesPerSecond().orElse(accelerator.networkBytesPerSecond());
        for (var level : site.levels()) {
            if (levels.contains(level)) {
                tiers.add(Tier.network(level.name(), largest(level), within));
            }
            // Whoever leaves a domain has left those inside it too.
            within = Math.min(within, level.bytesPerSecond().orElse(within));
        }
        tiers.add(Tier.network("network", Fabric.EVERYTHING, within));
        return new Fabric(tiers);
    }

    private int forWorkers(ToIntFunction<Host> room, Host host) {
        return room.applyAsInt(host) / perWorker * perWorker;
    }

    private int largestNode() {
        return site.hosts().stream().mapToInt(Host::accelerators).max().orElse(1);
    }

    private int largest(Site.Level level) {
        return sums(level, Host::accelerators).stream().max(Integer::compare).orElse(0);
    }

    /** What the nodes of each domain have together. A node that names no domain is alone in one. */
    private List<Integer> sums(Site.Level level, ToIntFunction<Host> room) {
        var domains = new TreeMap<String, Integer>();
        var alone = new ArrayList<Integer>();
        for (var host : site.hosts()) {
            if (host.domains().containsKey(level.name())) {
                domains.merge(path(level, host), room.applyAsInt(host), Integer::sum);
            } else {
                alone.add(room.applyAsInt(host));
            }
        }
        alone.addAll(domains.values());
        return alone;
    }

    /** Racks of one name in two blocks are two. */
    private String path(Site.Level level, Host host) {
        var outwards = site.levels()
                .subList(site.levels().indexOf(level), site.levels().size());
        return String.join(
                "/",
                outwards.stream()
                        .map(each -> host.domains().getOrDefault(each.name(), ""))
                        .toList());
    }

    /** How many domains have how many free accelerators. */
    private static SortedMap<Integer, Integer> counted(List<Integer> free) {
        var domains = new TreeMap<Integer, Integer>();
        free.forEach(each -> domains.merge(each, 1, Integer::sum));
        domains.remove(0);
        return domains;
    }
}
