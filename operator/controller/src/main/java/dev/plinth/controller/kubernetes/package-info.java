/**
 * Kubernetes in and out for all controllers: the one {@link dev.plinth.controller.kubernetes.Writer}, the memory of our
 * own writes that a cache must show before we act on it, and conditions. Nothing outside this package changes the
 * cluster.
 */
@NullMarked
package dev.plinth.controller.kubernetes;

import org.jspecify.annotations.NullMarked;
