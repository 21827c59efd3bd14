package dev.plinth.tierbench.input;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A gang as every policy sees it.
 *
 * @param members pods, in rank order
 * @param accelerators that each needs
 * @param mesh dimensions of the ranks, the fastest first; rank = member * accelerators + local rank; empty if not known
 * @param required level of which one domain must hold all
 * @param preferred level of which few domains should be used
 * @param extras what few jobs ask for
 * @param computeSeconds of a step, without communication
 * @param duration seconds that it runs once it is placed
 */
public record Job(
        String id,
        int members,
        int accelerators,
        List<Dimension> mesh,
        Optional<String> required,
        Optional<String> preferred,
        Extras extras,
        double computeSeconds,
        double duration) {
    /** How a group of ranks exchanges data. */
    public enum Traffic {
        RING,
        ALL_TO_ALL,
        POINT_TO_POINT
    }

    /** @param bytes per rank and step: see docs/reference/placement-input.md */
    public record Dimension(String name, int degree, Traffic traffic, double bytes) {}

    /** @param size members of each slice */
    public record Slice(int size, String level) {}

    /**
     * What few jobs ask for.
     *
     * @param requests of each member beside accelerators
     * @param slices consecutive members that must share a domain, the largest and outermost first
     * @param leader one more pod, with what it needs
     * @param avoid hosts that the job cannot use, such as those with a taint that it does not tolerate
     */
    public record Extras(
            SortedMap<String, Long> requests, List<Slice> slices, Optional<Needs> leader, SortedSet<String> avoid) {
        public static final Extras NONE = new Extras(new TreeMap<>(), List.of(), Optional.empty(), new TreeSet<>());

        public Extras {
            requests = Collections.unmodifiableSortedMap(new TreeMap<>(requests));
            slices = List.copyOf(slices);
            avoid = Collections.unmodifiableSortedSet(new TreeSet<>(avoid));
        }
    }

    public Job {
        mesh = List.copyOf(mesh);
    }

    public long gpus() {
        return (long) members * accelerators;
    }

    public Needs member() {
        return new Needs(accelerators, extras.requests());
    }

    /** The leader, if it needs room; one that needs nothing fits beside any member. */
    public Optional<Needs> leader() {
        return extras.leader().filter(needs -> !needs.isNothing());
    }

    /** Pods that need a host: an answer names one for each member, and then one for the leader. */
    public int pods() {
        return members + (leader().isPresent() ? 1 : 0);
    }

    public Job named(String other) {
        return new Job(other, members, accelerators, mesh, required, preferred, extras, computeSeconds, duration);
    }

    public Job lasting(double seconds) {
        return new Job(id, members, accelerators, mesh, required, preferred, extras, computeSeconds, seconds);
    }

    public Job preferring(String level) {
        return new Job(id, members, accelerators, mesh, required, Optional.of(level), extras, computeSeconds, duration);
    }

    public Job requiring(Optional<String> level) {
        return new Job(id, members, accelerators, mesh, level, preferred, extras, computeSeconds, duration);
    }

    public Job asking(Extras other) {
        return new Job(id, members, accelerators, mesh, required, preferred, other, computeSeconds, duration);
    }
}
