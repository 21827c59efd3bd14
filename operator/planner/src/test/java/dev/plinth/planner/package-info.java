@NullMarked
package dev.plinth.planner;

import org.jspecify.annotations.NullMarked;
