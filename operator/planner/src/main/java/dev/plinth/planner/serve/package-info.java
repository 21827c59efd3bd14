/**
 * How a model is split to be served: degrees, room for the key-value cache, replicas for an objective.
 *
 * <p>Read in this order: {@link dev.plinth.planner.serve.ServingRequest}, {@link dev.plinth.planner.serve.ServingPlanner}, {@link
 * dev.plinth.planner.serve.ServingAnswer}.
 */
@NullMarked
package dev.plinth.planner.serve;

import org.jspecify.annotations.NullMarked;
