package dev.plinth.controller.planning;

import java.util.List;
import java.util.OptionalDouble;

/**
 * The part of the cluster on which a job may run: its nodes, and the network between them.
 *
 * @param hosts by name
 * @param levels of the network above the nodes, innermost first
 * @param hostBytesPerSecond what joins a node to the others of its innermost domain, one direction, for one accelerator; empty if
 *     nobody says
 */
public record Site(List<Host> hosts, List<Level> levels, OptionalDouble hostBytesPerSecond) {
    /** Nodes that nothing is known about, nor of the network between them. */
    public static final Site NONE = new Site(List.of(), List.of(), OptionalDouble.empty());

    /**
     * A level of the network.
     *
     * @param bytesPerSecond what joins one of its domains to the others, one direction, for one accelerator, oversubscription taken
     *     off; empty if nobody says
     */
    public record Level(String name, OptionalDouble bytesPerSecond) {}

    public Site {
        hosts = List.copyOf(hosts);
        levels = List.copyOf(levels);
    }

    /** The same network with fewer nodes. */
    Site with(List<Host> some) {
        return new Site(some, levels, hostBytesPerSecond);
    }
}
