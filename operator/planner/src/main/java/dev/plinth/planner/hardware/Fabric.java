package dev.plinth.planner.hardware;

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
        /** The innermost domain of an accelerator: so many that share its fast link, or the slower one inside a node. */
        public static Tier innermost(Accelerator accelerator, int accelerators) {
            return new Tier(
                    accelerator.scaleUp() > 1 ? "scale-up" : "node",
                    accelerators,
                    accelerator.scaleUpBytesPerSecond(),
                    SCALE_UP_LATENCY);
        }

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
        return of(
                accelerator, accelerator.scaleUp() > 1 ? accelerator.scaleUp() : accelerator.perNode(), bytesPerSecond);
    }

    /** The same where nothing says that nodes share the fast link. */
    public static Fabric withinNodes(Accelerator accelerator) {
        return of(accelerator, accelerator.perNode(), accelerator.networkBytesPerSecond());
    }

    private static Fabric of(Accelerator accelerator, int innermost, double bytesPerSecond) {
        var network = Tier.network("network", EVERYTHING, bytesPerSecond);
        return new Fabric(innermost > 1 ? List.of(Tier.innermost(accelerator, innermost), network) : List.of(network));
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
