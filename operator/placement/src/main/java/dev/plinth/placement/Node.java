package dev.plinth.placement;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A node as a decision sees it.
 *
 * @param domains name of the node's domain by level; a level that is absent is unknown
 * @param free what nobody holds and nobody was promised
 * @param closed why nobody may be placed here now ({@code cordoned}, {@code not ready}); empty if the node is open
 * @param holders what is held here, by the name of its owner as a person knows it
 */
public record Node(
        String name,
        SortedMap<String, String> domains,
        Resources free,
        Optional<String> closed,
        SortedMap<String, Resources> holders) {
    public Node {
        domains = Collections.unmodifiableSortedMap(new TreeMap<>(domains));
        holders = Collections.unmodifiableSortedMap(new TreeMap<>(holders));
    }

    /** An open node that nobody holds anything of. */
    public Node(String name, SortedMap<String, String> domains, Resources free) {
        this(name, domains, free, Optional.empty(), new TreeMap<>());
    }
}
