package dev.plinth.planner.hardware;

import java.util.ArrayList;
import java.util.List;

/**
 * Levels of network from the inside out. Ranks are laid along them in order, so a group whose ranks lie close together stays in a
 * small domain.
 *
 * @param tiers innermost first, sizes rising
 */
public record Fabric(List<Tier> tiers) {
    /**
     * One level.
     *
     * @param name for a person, such as {@code nvlink} or {@code rack}
     * @param accelerators in one domain
     * @param bytesPerSecond one direction, for one accelerator, among the domains of the next inner tier; oversubscription is
     *     already in it
     * @param latencySeconds of one message
     */
    public record Tier(String name, int accelerators, double bytesPerSecond, double latencySeconds) {
        /** Domains that are joined by a network, not by the fast link. */
        public static Tier network(String name, int accelerators, double bytesPerSecond) {
            return new Tier(name, accelerators, bytesPerSecond, NETWORK_LATENCY);
        }
    }

    /** Beyond any cluster: the outermost tier holds everything. */
    public static final int EVERYTHING = Integer.MAX_VALUE;

    private static final double SCALE_UP_LATENCY = 4e-6;
    private static final double NETWORK_LATENCY = 12e-6;

    public Fabric {
        if (tiers.isEmpty()) {
            throw new IllegalArgumentException("a fabric needs at least one tier");
        }
        tiers = List.copyOf(tiers);
    }

    /** What an accelerator's usual server and one flat network give. */
    public static Fabric of(Accelerator accelerator) {
        return of(accelerator, accelerator.networkBytesPerSecond());
    }

    /** The same with another network between the nodes; {@code bytesPerSecond} for one accelerator. */
    public static Fabric of(Accelerator accelerator, double bytesPerSecond) {
        var tiers = new ArrayList<Tier>();
        if (accelerator.scaleUp() > 1) {
            tiers.add(
                    new Tier("scale-up", accelerator.scaleUp(), accelerator.scaleUpBytesPerSecond(), SCALE_UP_LATENCY));
        } else if (accelerator.perNode() > 1) {
            tiers.add(new Tier("node", accelerator.perNode(), accelerator.scaleUpBytesPerSecond(), SCALE_UP_LATENCY));
        }
        tiers.add(Tier.network("network", EVERYTHING, bytesPerSecond));
        return new Fabric(tiers);
    }

    /** Accelerators of the innermost domain. */
    public int innermost() {
        return tiers.getFirst().accelerators();
    }

    /** Members of a group that share a domain of this tier, if ranks {@code stride} apart are members. */
    public static int together(Tier tier, int members, int stride) {
        return Math.clamp(tier.accelerators() / stride, 1, members);
    }

    /** Innermost tier that carries a message between ranks {@code stride} apart; such pairs rarely share a domain smaller than that. */
    public Tier between(int stride) {
        return tiers.stream()
                .filter(tier -> tier.accelerators() > stride)
                .findFirst()
                .orElse(tiers.getLast());
    }
}
