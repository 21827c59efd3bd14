/**
 * From a {@link dev.plinth.api.v1alpha1.TrainingJob} to its gang, and from what the gang and its members tell to the
 * status of the job and the {@link dev.plinth.api.v1alpha1.Model} it publishes.
 *
 * <p>{@link dev.plinth.controller.training.TrainingJobReconciler} observes and acts; everything between is {@link
 * dev.plinth.controller.training.TrainingDecision}, a pure function of what was observed and the time.
 */
@NullMarked
package dev.plinth.controller.training;

import org.jspecify.annotations.NullMarked;
