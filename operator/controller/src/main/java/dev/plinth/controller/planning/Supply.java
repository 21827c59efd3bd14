package dev.plinth.controller.planning;

import dev.plinth.planner.hardware.Accelerator;
import dev.plinth.planner.hardware.CapacityProfile;
import dev.plinth.planner.hardware.Fabric;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * What a job can count on: what is free if it is enough, else what there is, for a job that waits gets room one day; else as many of
 * the usual build as it needs, for the verdict does not wait for nodes to be bought.
 */
final class Supply {
    private Supply() {}

    /**
     * @param needed accelerators of all workers
     * @param perWorker accelerators of one worker, which lie on one node
     */
    static CapacityProfile of(List<Host> hosts, Accelerator accelerator, int needed, int perWorker) {
        var fabric = fabric(hosts, accelerator);
        var nodeIsDomain = accelerator.scaleUp() <= accelerator.perNode();
        if (nodeIsDomain && fabric.tiers().size() > 1) {
            for (ToIntFunction<Host> room : List.<ToIntFunction<Host>>of(Host::free, Host::accelerators)) {
                var domains = new TreeMap<Integer, Integer>();
                hosts.forEach(host -> domains.merge(room.applyAsInt(host) / perWorker * perWorker, 1, Integer::sum));
                domains.remove(0);
                var total = domains.entrySet().stream()
                        .mapToLong(domain -> (long) domain.getKey() * domain.getValue())
                        .sum();
                if (total >= needed) {
                    return new CapacityProfile(fabric, List.of(domains), (int) Math.min(total, Integer.MAX_VALUE));
                }
            }
        }
        return CapacityProfile.empty(fabric, needed);
    }

    /** The catalogue's, with nodes of the size that they have here. */
    private static Fabric fabric(List<Host> hosts, Accelerator accelerator) {
        var usual = Fabric.of(accelerator);
        var here = hosts.stream().mapToInt(Host::accelerators).max();
        if (here.isEmpty() || usual.tiers().size() == 1 || accelerator.scaleUp() > accelerator.perNode()) {
            return usual;
        }
        var tiers = new ArrayList<>(usual.tiers());
        var node = tiers.removeFirst();
        tiers.addFirst(new Fabric.Tier(node.name(), here.getAsInt(), node.bytesPerSecond(), node.latencySeconds()));
        return new Fabric(tiers);
    }
}
