package dev.plinth.placement;

import java.util.List;
import java.util.stream.Stream;

/**
 * Names of the levels of the network, outermost first, for example {@code block, rack}; always ended by {@link #HOST}, the node
 * itself. A level named twice counts once.
 */
public record Topology(List<String> levels) {
    /** The innermost level: each node is a domain of its own. */
    public static final String HOST = "host";

    public Topology {
        levels = Stream.concat(levels.stream().filter(level -> !level.equals(HOST)), Stream.of(HOST))
                .distinct()
                .toList();
    }

    public static Topology of(String... levels) {
        return new Topology(List.of(levels));
    }

    /** Position of a level, 0 for the outermost; -1 if there is no such level. */
    int depth(String level) {
        return levels.indexOf(level);
    }

    int hostDepth() {
        return levels.size() - 1;
    }
}
