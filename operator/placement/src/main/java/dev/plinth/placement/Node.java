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
 * @param accelerators how many share the uplinks of the domains that the node is in, held or free; at least 1
 */
public record Node(
        String name,
        SortedMap<String, String> domains,
        Resources free,
        Optional<String> closed,
        SortedMap<String, Resources> holders,
        int accelerators) {
    private static final int MOST_ACCELERATORS = 1 << 20;

    public Node {
        domains = Collections.unmodifiableSortedMap(new TreeMap<>(domains));
        holders = Collections.unmodifiableSortedMap(new TreeMap<>(holders));
        accelerators = Math.clamp(accelerators, 1, MOST_ACCELERATORS);
    }

    /** A node whose accelerators are what is free and held of resources with a vendor's name, such as {@code nvidia.com/gpu}. */
    public Node(
            String name,
            SortedMap<String, String> domains,
            Resources free,
            Optional<String> closed,
            SortedMap<String, Resources> holders) {
        this(name, domains, free, closed, holders, accelerators(free, holders));
    }

    /** An open node that nobody holds anything of. */
    public Node(String name, SortedMap<String, String> domains, Resources free) {
        this(name, domains, free, Optional.empty(), new TreeMap<>());
    }

    Node opened() {
        return new Node(name, domains, free, Optional.empty(), holders, accelerators);
    }

    Node freeing(Resources other) {
        return new Node(name, domains, other, closed, holders, accelerators);
    }

    /** What is free when nobody holds anything. */
    Resources whole() {
        var whole = free;
        for (var held : holders.values()) {
            whole = whole.plus(held);
        }
        return whole;
    }

    private static int accelerators(Resources free, SortedMap<String, Resources> holders) {
        var all = free;
        for (var held : holders.values()) {
            all = all.plus(held);
        }
        return all.amounts().entrySet().stream()
                .filter(amount -> amount.getKey().indexOf('/') > 0)
                .mapToInt(amount -> (int) Math.clamp(amount.getValue(), 0, MOST_ACCELERATORS))
                .max()
                .orElse(1);
    }
}
