/**
 * What the ranks do together: sums and broadcasts over a ring of TCP connections that notices a lost rank within seconds.
 * Read {@link dev.plinth.trainer.ring.Collective}, then {@link dev.plinth.trainer.ring.Ring} (the sums),
 * {@link dev.plinth.trainer.ring.RingPort} (how a ring forms) and {@link dev.plinth.trainer.ring.Link} (one connection).
 */
@NullMarked
package dev.plinth.trainer.ring;

import org.jspecify.annotations.NullMarked;
