package dev.plinth.planner.hardware;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is free, without names: for each level of the network, how many domains have how many free accelerators. It is what the
 * planner needs to know of a cluster, and it stays small at any size.
 *
 * @param fabric the levels as they are built
 * @param free for each tier of the fabric that has bounds, in its order: number of domains by the free accelerators in one
 * @param total free accelerators
 */
public record CapacityProfile(Fabric fabric, List<SortedMap<Integer, Integer>> free, int total) {
    public CapacityProfile {
        free = free.stream()
                .map(level -> Collections.unmodifiableSortedMap(new TreeMap<>(level)))
                .toList();
        if (free.size() > fabric.tiers().size()) {
            throw new IllegalArgumentException("%d levels of free accelerators for %d tiers"
                    .formatted(free.size(), fabric.tiers().size()));
        }
    }

    /** An empty cluster: every domain is free. */
    public static CapacityProfile empty(Fabric fabric, int accelerators) {
        var levels = new ArrayList<SortedMap<Integer, Integer>>();
        for (var tier : fabric.tiers()) {
            if (tier.accelerators() < accelerators) {
                var level = new TreeMap<Integer, Integer>();
                level.put(tier.accelerators(), accelerators / tier.accelerators());
                if (accelerators % tier.accelerators() > 0) {
                    level.merge(accelerators % tier.accelerators(), 1, Integer::sum);
                }
                levels.add(level);
            }
        }
        return new CapacityProfile(fabric, levels, accelerators);
    }

    /**
     * The fabric that a job of {@code accelerators} can count on: each tier's domains as large as the free blocks that together hold
     * the job. A rack of 128 with 40 free in most is a rack of 40 to it.
     */
    public Fabric forJob(int accelerators) {
        var tiers = new ArrayList<Fabric.Tier>();
        for (var i = 0; i < fabric.tiers().size(); i++) {
            var tier = fabric.tiers().get(i);
            var size = i < free.size() ? block(free.get(i), accelerators) : tier.accelerators();
            var atLeast = tiers.isEmpty() ? 1 : tiers.getLast().accelerators();
            tiers.add(new Fabric.Tier(
                    tier.name(), Math.max(size, atLeast), tier.bytesPerSecond(), tier.latencySeconds()));
        }
        var last = tiers.removeLast();
        tiers.add(new Fabric.Tier(last.name(), Fabric.EVERYTHING, last.bytesPerSecond(), last.latencySeconds()));
        return new Fabric(tiers);
    }

    /** The largest block of which enough can be cut from the domains. */
    private static int block(SortedMap<Integer, Integer> level, int accelerators) {
        var largest = level.isEmpty() ? 1 : Math.min(level.lastKey(), accelerators);
        for (var size = largest; size > 1; size--) {
            var blocks = 0L;
            for (var domain : level.entrySet()) {
                blocks += (long) (domain.getKey() / size) * domain.getValue();
            }
            if (blocks * size >= accelerators) {
                return size;
            }
        }
        return 1;
    }
}
