package dev.plinth.placement;

import java.util.ArrayList;
import java.util.List;

/**
 * The levels of the network, outermost first, for example {@code block, rack}; always ended by {@link #HOST}, the node itself.
 *
 * <p>An NVLink domain of several hosts is a level like any other: its hosts have the uplink of NVLink, the domain that of the
 * network. Inside a host traffic costs nothing.
 *
 * @param levels names; a level named twice counts once
 * @param uplinks what a domain of each level is joined to its siblings with, in the order of {@code levels};
 *     {@link Uplink#DEFAULT} where it is absent
 */
public record Topology(List<String> levels, List<Uplink> uplinks) {
    /** The innermost level: each node is a domain of its own. */
    public static final String HOST = "host";

    /** A level and the uplink of each of its domains. */
    public record Level(String name, Uplink uplink) {}

    public Topology {
        var names = new ArrayList<String>();
        var links = new ArrayList<Uplink>();
        for (int i = 0; i < levels.size(); i++) {
            if (!levels.get(i).equals(HOST) && !names.contains(levels.get(i))) {
                names.add(levels.get(i));
                links.add(i < uplinks.size() ? uplinks.get(i) : Uplink.DEFAULT);
            }
        }
        int host = levels.indexOf(HOST);
        names.add(HOST);
        links.add(host >= 0 && host < uplinks.size() ? uplinks.get(host) : Uplink.DEFAULT);
        levels = List.copyOf(names);
        uplinks = List.copyOf(links);
    }

    public Topology(List<String> levels) {
        this(levels, List.of());
    }

    public static Topology of(String... levels) {
        return new Topology(List.of(levels));
    }

    public static Topology linked(Level... levels) {
        var all = List.of(levels);
        return new Topology(
                all.stream().map(Level::name).toList(),
                all.stream().map(Level::uplink).toList());
    }

    /** Position of a level, 0 for the outermost; -1 if there is no such level. */
    public int depth(String level) {
        return levels.indexOf(level);
    }

    public int hostDepth() {
        return levels.size() - 1;
    }
}
