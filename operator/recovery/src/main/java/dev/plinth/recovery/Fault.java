package dev.plinth.recovery;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A loss of one member that led to a new formation.
 *
 * @param at when it was decided upon
 * @param generation that it ended
 * @param node that the member was on
 * @param exitCode of the member's process; empty if it did not end by itself
 * @param step the last training step reported before it
 */
public record Fault(
        Instant at, int generation, int member, Optional<String> node, OptionalInt exitCode, OptionalLong step) {}
