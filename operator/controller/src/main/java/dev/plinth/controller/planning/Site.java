package dev.plinth.controller.planning;

import dev.plinth.placement.Mesh;
import dev.plinth.planner.hardware.Catalogue;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;

/**
 * The part of the cluster on which a job may run: its nodes, and the network between them.
 *
 * @param hosts by name
 * @param levels of the network above the nodes, innermost first
 * @param hostBytesPerSecond what joins a node to the others of its innermost domain, one direction, for one accelerator; empty if
 *     nobody says
 * @param catalogue the accelerators that are known here
 * @param seats node by worker, if all workers have theirs
 * @param placer where the workers would be placed now
 */
public record Site(
        List<Host> hosts,
        List<Level> levels,
        OptionalDouble hostBytesPerSecond,
        Catalogue catalogue,
        Optional<SortedMap<Integer, String>> seats,
        Placer placer) {
    /** Nodes that nothing is known about, nor of the network between them. */
    public static final Site NONE = new Site(
            List.of(), List.of(), OptionalDouble.empty(), Catalogue.standard(), Optional.empty(), Placer.NOBODY);

    /** Finds nodes for all workers of a job, none of which has one yet. */
    @FunctionalInterface
    public interface Placer {
        /** Where nobody knows. */
        Placer NOBODY = (mesh, accelerator) -> Optional.empty();

        /**
         * Node by worker; empty if there is no room for all of them now.
         *
         * @param mesh who exchanges how much with whom
         * @param accelerator what the workers must compute on; absent for CPUs
         */
        Optional<SortedMap<Integer, String>> nodes(Mesh mesh, Optional<String> accelerator);
    }

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
        return new Site(some, levels, hostBytesPerSecond, catalogue, seats, placer);
    }

    /** The hosts of each domain of a level; a node that names none is alone in one. */
    List<List<Host>> domains(Level level) {
        return Host.grouped(
                hosts,
                host -> host.domains().containsKey(level.name()) ? Optional.of(path(level, host)) : Optional.empty());
    }

    /** Racks of one name in two blocks are two. */
    private String path(Level level, Host host) {
        return String.join(
                "/",
                levels.subList(levels.indexOf(level), levels.size()).stream()
                        .map(each -> host.domains().getOrDefault(each.name(), ""))
                        .toList());
    }
}
