@NullMarked
package dev.plinth.planner.time;

import org.jspecify.annotations.NullMarked;
