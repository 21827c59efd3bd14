package dev.plinth.placement;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Asks for a node for each member of a gang.
 *
 * @param name how a person knows the gang, as in {@link Holder#owner}
 * @param size number of members, pinned ones included; at most {@link #MAX_SIZE}
 * @param perMember what each member needs
 * @param requiredLevel all members, pinned ones too, must be in one domain of this level
 * @param preferredLevel as few domains of this level as possible; absent means the outermost level
 * @param pinned node by index of members that stay where they are; they already hold their room, so it is not counted again
 * @param avoid nodes that this gang must not get, with the reason a person is told
 */
public record GangRequest(
        String name,
        int size,
        Resources perMember,
        Optional<String> requiredLevel,
        Optional<String> preferredLevel,
        SortedMap<Integer, String> pinned,
        SortedMap<String, String> avoid) {
    public static final int MAX_SIZE = 100_000;

    public GangRequest {
        pinned = Collections.unmodifiableSortedMap(new TreeMap<>(pinned));
        avoid = Collections.unmodifiableSortedMap(new TreeMap<>(avoid));
    }

    /** A gang anywhere, nothing placed yet. */
    public static GangRequest of(String name, int size, Resources perMember) {
        return new GangRequest(
                name, size, perMember, Optional.empty(), Optional.empty(), new TreeMap<>(), new TreeMap<>());
    }

    public GangRequest requiring(String level) {
        return new GangRequest(name, size, perMember, Optional.of(level), preferredLevel, pinned, avoid);
    }

    public GangRequest preferring(String level) {
        return new GangRequest(name, size, perMember, requiredLevel, Optional.of(level), pinned, avoid);
    }

    public GangRequest pinning(SortedMap<Integer, String> members) {
        return new GangRequest(name, size, perMember, requiredLevel, preferredLevel, members, avoid);
    }

    public GangRequest avoiding(SortedMap<String, String> nodes) {
        return new GangRequest(name, size, perMember, requiredLevel, preferredLevel, pinned, nodes);
    }

    /** Members that still need a node. */
    int unplaced() {
        return size - pinned.size();
    }
}
