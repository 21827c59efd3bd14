/**
 * From a {@link dev.plinth.api.v1alpha1.ModelService} to one gang for each replica, and a Service before them.
 *
 * <p>A {@link dev.plinth.controller.serving.Revision} is what replicas serve and how; {@link
 * dev.plinth.controller.serving.Rollout} decides which replicas of which revision come and go.
 */
@NullMarked
package dev.plinth.controller.serving;

import org.jspecify.annotations.NullMarked;
