package dev.plinth.recovery;

import java.util.Collections;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A gang as it was last formed.
 *
 * @param name how a person knows the gang
 * @param size number of members
 * @param generation of the formation, from 1
 * @param incarnations of each member by index; a member that is absent has incarnation 0
 * @param scope how much of it a loss of members takes down
 * @param restarts how much of the restart budget is used
 * @param nodes node by member index, of members whose present incarnation has one
 * @param step the last training step that any member reported; empty if none did
 * @param history faults that led to earlier formations
 */
public record GangState(
        String name,
        int size,
        RestartScope scope,
        int generation,
        SortedMap<Integer, Integer> incarnations,
        int restarts,
        SortedMap<Integer, String> nodes,
        OptionalLong step,
        FaultHistory history) {
    public GangState {
        incarnations = Collections.unmodifiableSortedMap(new TreeMap<>(incarnations));
        nodes = Collections.unmodifiableSortedMap(new TreeMap<>(nodes));
    }

    public int incarnation(int index) {
        return incarnations.getOrDefault(index, 0);
    }

    Optional<String> node(int index) {
        return Optional.ofNullable(nodes.get(index));
    }
}
