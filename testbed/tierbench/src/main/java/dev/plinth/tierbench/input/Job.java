package dev.plinth.tierbench.input;

import java.util.List;
import java.util.Optional;

/**
 * A gang as every policy sees it.
 *
 * @param members pods, in rank order
 * @param accelerators that each needs
 * @param mesh dimensions of the ranks, the fastest first; rank = member * accelerators + local rank; empty if not known
 * @param required level of which one domain must hold all
 * @param preferred level of which few domains should be used
 * @param slice consecutive members that must share a domain
 * @param leader whether one more pod without accelerators leads them
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
        Optional<Slice> slice,
        boolean leader,
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

    public Job {
        mesh = List.copyOf(mesh);
    }

    public long gpus() {
        return (long) members * accelerators;
    }

    public Job named(String other) {
        return new Job(
                other, members, accelerators, mesh, required, preferred, slice, leader, computeSeconds, duration);
    }

    public Job lasting(double seconds) {
        return new Job(id, members, accelerators, mesh, required, preferred, slice, leader, computeSeconds, seconds);
    }

    public Job preferring(String level) {
        return new Job(
                id, members, accelerators, mesh, required, Optional.of(level), slice, leader, computeSeconds, duration);
    }

    public Job requiring(Optional<String> level) {
        return new Job(id, members, accelerators, mesh, level, preferred, slice, leader, computeSeconds, duration);
    }
}
