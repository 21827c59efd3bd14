/** Keys and values that the pool had no room for, on disk. */
@NullMarked
package dev.plinth.engine.storage;

import org.jspecify.annotations.NullMarked;
