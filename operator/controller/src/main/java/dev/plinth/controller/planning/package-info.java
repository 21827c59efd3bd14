/**
 * Asks the planner how to split the model of a job, and says its answer in the words of the API.
 *
 * <p>{@link dev.plinth.controller.planning.JobPlanner} is the door: a {@link dev.plinth.controller.planning.Question} goes in, a
 * {@link dev.plinth.controller.planning.JobPlan} comes out. All of it is pure but {@link dev.plinth.controller.planning.Sites}.
 */
@NullMarked
package dev.plinth.controller.planning;

import org.jspecify.annotations.NullMarked;
