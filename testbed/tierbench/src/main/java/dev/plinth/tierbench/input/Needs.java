package dev.plinth.tierbench.input;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one pod takes of a host.
 *
 * @param others amounts of other resources, such as memory, cores, or the number of pods
 */
public record Needs(int accelerators, SortedMap<String, Long> others) {
    public Needs {
        others = Collections.unmodifiableSortedMap(new TreeMap<>(others));
    }

    public boolean isNothing() {
        return accelerators == 0 && others.values().stream().allMatch(amount -> amount == 0);
    }
}
