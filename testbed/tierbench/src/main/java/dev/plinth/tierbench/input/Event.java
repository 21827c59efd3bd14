package dev.plinth.tierbench.input;

/** One line of an input. */
public sealed interface Event {
    /** A cluster to start from; what was before is forgotten. */
    record State(String name, Occupancy occupancy) implements Event {}

    /** A job asks for a place, at once. */
    record Submit(Job job) implements Event {}

    /** A job ends and gives back what it held. */
    record Finish(String job) implements Event {}

    /** A host goes down; jobs on it end. */
    record Fail(int host) implements Event {}

    /** A host comes back. */
    record Repair(int host) implements Event {}
}
