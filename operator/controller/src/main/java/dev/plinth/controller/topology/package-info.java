/** Counts the domains of a {@link dev.plinth.api.v1alpha1.ClusterTopology} and tells of labels that cannot be right. */
@NullMarked
package dev.plinth.controller.topology;

import org.jspecify.annotations.NullMarked;
