package dev.plinth.planner.time;

import dev.plinth.planner.hardware.Fabric;
import java.util.function.DoubleUnaryOperator;

/**
 * Seconds of collective operations on the levels of the network. A collective works level by level, from the inside out: each
 * level reduces what it can before the next, slower one is asked.
 */
record Collectives(Fabric fabric, Calibration calibration) {
    /** Each rank ends with a part of the sum, or gathers all parts, as one half of an all-reduce. */
    double reduceScatter(double bytes, int members, int stride) {
        return levels(bytes, members, stride, Collectives::ringOrTree);
    }

    /**
     * The same of shards that are gathered or reduced for themselves, piece by piece: for that libraries have rings only, so a piece
     * waits for each domain in turn.
     */
    double shards(double bytes, int pieces, int members, int stride) {
        return levels(bytes, members, stride, domains -> pieces * (domains - 1));
    }

    /** (k-1)/k of the bytes cross each level that has k domains. */
    private double levels(double bytes, int members, int stride, DoubleUnaryOperator messages) {
        if (members <= 1) {
            return 0;
        }
        var seconds = 0.0;
        var inside = 1;
        for (var i = 0; i < fabric.tiers().size(); i++) {
            var tier = fabric.tiers().get(i);
            var together = Fabric.together(tier, members, stride);
            var domains = (double) together / inside;
            if (domains > 1) {
                var share = bytes / inside * (domains - 1) / domains;
                seconds += share / rate(i) + messages.applyAsDouble(domains) * tier.latencySeconds();
                inside = together;
            }
            if (together == members) {
                break;
            }
        }
        return seconds;
    }

    /** Many pieces, one after the other, around one ring of all members that enters and leaves each node by one link each. */
    double flatRing(double bytes, int pieces, int members) {
        var outer = fabric.tiers().size() - 1;
        var step = fabric.tiers().getFirst().latencySeconds();
        return bytes / (2 * rate(outer)) + (double) pieces * (members - 1) * step;
    }

    double allReduce(double bytes, int members, int stride) {
        return 2 * reduceScatter(bytes, members, stride);
    }

    /** An all-reduce of the few bytes of a decoding step: if that is quicker, each rank reads all others' at once. */
    double allReduceOfFew(double bytes, int members) {
        var tier = fabric.between(members - 1);
        var atOnce = tier.latencySeconds()
                + bytes * (members - 1) / rate(fabric.tiers().indexOf(tier));
        return members <= 1 ? 0 : Math.min(atOnce, allReduce(bytes, members, 1));
    }

    /**
     * Each rank sends each of its tokens to {@code copies} ranks drawn evenly from {@code members} neighbours, once into each domain.
     *
     * @param bytes of all tokens of one rank
     */
    double toExperts(double bytes, int copies, int members) {
        if (members <= 1) {
            return 0;
        }
        var seconds = 0.0;
        var inside = 1;
        for (var i = 0; i < fabric.tiers().size(); i++) {
            var together = Fabric.together(fabric.tiers().get(i), members, 1);
            if (together > inside) {
                var crossings =
                        distinct(copies, (double) members / inside) - distinct(copies, (double) members / together);
                var own = 1 - (double) inside / together;
                var latency = ringOrTree(together) * fabric.tiers().get(i).latencySeconds();
                seconds += bytes * Math.max(crossings, own) / rate(i) + latency;
                inside = together;
            }
        }
        return seconds;
    }

    /** Expected number of different domains among so many draws from {@code domains}, one's own left out. */
    private static double distinct(int draws, double domains) {
        return (domains - 1) * (1 - Math.pow(1 - 1 / domains, draws));
    }

    /** One message to the rank {@code stride} further on. */
    double send(double bytes, int stride) {
        for (var i = 0; i < fabric.tiers().size(); i++) {
            var tier = fabric.tiers().get(i);
            if (tier.accelerators() > stride) {
                return bytes / rate(i) + tier.latencySeconds();
            }
        }
        throw new AssertionError("the outermost tier holds everything");
    }

    private double rate(int tier) {
        var inner = tier == 0 && fabric.tiers().size() > 1;
        return fabric.tiers().get(tier).bytesPerSecond() * (inner ? calibration.scaleUp() : calibration.network());
    }

    /** Messages one after the other: rings among few, trees among many, as libraries choose for an all-reduce. */
    private static double ringOrTree(double domains) {
        return Math.min(domains - 1, 2 * Math.ceil(Math.log(domains) / Math.log(2)));
    }
}
