package dev.plinth.placement;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Why a gang cannot be placed, with the arithmetic.
 *
 * @param reason one sentence: what was asked for and what is there
 * @param needed members without a node
 * @param free members that would fit on all open nodes together, whatever the level
 * @param bestDomain path of the domain with the most room among those that could serve; empty if there is none
 * @param bestDomainRoom members that fit there
 * @param levels the best domain of every level, outermost first; empty if the request itself was bad
 * @param blockers what takes the room, by name: closed nodes and holders
 * @param remedies each would let the gang start, the first the least trouble; empty if none was found, or the request itself was bad
 * @param smallestChange the same in words, or how to correct a bad request
 */
public record Explanation(
        String reason,
        int needed,
        long free,
        Optional<String> bestDomain,
        long bestDomainRoom,
        List<LevelRoom> levels,
        List<String> blockers,
        List<Remedy> remedies,
        String smallestChange) {
    private static final int NAMED = 2;

    /** The domain of a level with the most room: {@code room} members fit there. */
    public record LevelRoom(String level, String domain, long room) {}

    public Explanation {
        levels = List.copyOf(levels);
        blockers = List.copyOf(blockers);
        remedies = List.copyOf(remedies);
    }

    /** A request that no cluster could serve. */
    static Explanation badRequest(String reason, String change) {
        return new Explanation(reason, 0, 0, Optional.empty(), 0, List.of(), List.of(), List.of(), change);
    }

    /** What a person reads: not more of what takes the room than is read at a glance. */
    public String text() {
        var named = blockers.stream().limit(NAMED).collect(Collectors.joining("; "));
        var more = blockers.size() > NAMED ? "; and " + (blockers.size() - NAMED) + " more" : "";
        var blocked = blockers.isEmpty() ? "" : " (" + named + more + ")";
        return reason + blocked + ". To start it: " + smallestChange + ".";
    }
}
