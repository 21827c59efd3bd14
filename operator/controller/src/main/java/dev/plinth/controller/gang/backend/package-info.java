/** Who brings the pods of a gang to nodes: Plinth's own plan, Kubernetes' gang scheduling, Kueue or Volcano. */
@NullMarked
package dev.plinth.controller.gang.backend;

import org.jspecify.annotations.NullMarked;
