@NullMarked
package dev.plinth.planner.memory;

import org.jspecify.annotations.NullMarked;
