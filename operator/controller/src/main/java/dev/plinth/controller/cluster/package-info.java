/** What the operator knows of the cluster as a whole: pods, nodes, their leases, the topology, and what room is left. */
@NullMarked
package dev.plinth.controller.cluster;

import org.jspecify.annotations.NullMarked;
