/** A real Kubernetes on one machine: {@link dev.plinth.testbed.LocalCluster} brings it up and ends it. */
@NullMarked
package dev.plinth.testbed;

import org.jspecify.annotations.NullMarked;
