/** Whether the operator lives: readiness, that is synced caches, is told by the operator SDK's own check. */
@NullMarked
package dev.plinth.controller.health;

import org.jspecify.annotations.NullMarked;
