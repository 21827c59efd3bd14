/**
 * Decides how a gang is healed after a fault, when a node counts as lost, and what a fault cost.
 *
 * <p>Read in this order: {@link dev.plinth.recovery.Signal}, {@link dev.plinth.recovery.GangState}, {@link
 * dev.plinth.recovery.Recovery}, {@link dev.plinth.recovery.Action}; then {@link dev.plinth.recovery.NodeLossDetector} and {@link
 * dev.plinth.recovery.RecoveryRecord}.
 *
 * <p>Everything here is a pure function of its arguments; the time is one of them.
 */
@NullMarked
package dev.plinth.recovery;

import org.jspecify.annotations.NullMarked;
