/**
 * The decision and what it is about: a {@link dev.plinth.planner.layout.Training} to be done, and a {@link
 * dev.plinth.planner.layout.Layout} that says how it is split.
 */
@NullMarked
package dev.plinth.planner.layout;

import org.jspecify.annotations.NullMarked;
