/**
 * Decides which node each member of a gang runs on, or says why none will do.
 *
 * <p>Read in this order: {@link dev.plinth.placement.GangRequest}, {@link dev.plinth.placement.Topology}, {@link
 * dev.plinth.placement.Cluster}, {@link dev.plinth.placement.Placer}, {@link dev.plinth.placement.Placement}. The book that
 * turns pods and promises into free room is {@link dev.plinth.placement.Capacity}.
 *
 * <p>Everything here is a pure function of its arguments: equal input gives an equal answer.
 */
@NullMarked
package dev.plinth.placement;

import org.jspecify.annotations.NullMarked;
