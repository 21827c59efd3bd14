package dev.plinth.recovery;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What is to be done about a gang. */
public sealed interface Action {
    /** The gang is well. */
    record None() implements Action {}

    /** Something is wrong, but it is too early to act: decide again at {@code until} or at the next signal. */
    record Wait(Instant until, String why) implements Action {}

    /**
     * Form the gang again. To be written down before any pod is touched.
     *
     * @param generation of the new formation, one more than the last
     * @param incarnations of each member by index after this; members at 0 are absent
     * @param restarts used up after this
     * @param replaced members that get a new pod
     * @param survivors node by index of members that go on where they are
     * @param avoid lost nodes, which members must not get, with the reason
     * @param lemons nodes on which members failed again and again, with the reason; to be avoided if there are others
     * @param faults to be added to the gang's history
     * @param reason in words, for events and status
     */
    record Reform(
            int generation,
            SortedMap<Integer, Integer> incarnations,
            int restarts,
            SortedSet<Integer> replaced,
            SortedMap<Integer, String> survivors,
            SortedMap<String, String> avoid,
            SortedMap<String, String> lemons,
            List<Fault> faults,
            String reason)
            implements Action {
        public Reform {
            incarnations = Collections.unmodifiableSortedMap(new TreeMap<>(incarnations));
            replaced = Collections.unmodifiableSortedSet(new TreeSet<>(replaced));
            survivors = Collections.unmodifiableSortedMap(new TreeMap<>(survivors));
            avoid = Collections.unmodifiableSortedMap(new TreeMap<>(avoid));
            lemons = Collections.unmodifiableSortedMap(new TreeMap<>(lemons));
            faults = List.copyOf(faults);
        }

        /** Whether nobody was lost: what the members run has changed. */
        public boolean planned() {
            return faults.isEmpty();
        }

        /** Whether every member is replaced. */
        public boolean wholeGang() {
            return survivors.isEmpty();
        }
    }

    /** Going on makes no sense; the gang has failed. */
    record GiveUp(String reason) implements Action {}
}
