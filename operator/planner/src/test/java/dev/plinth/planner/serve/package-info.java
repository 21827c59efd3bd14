@NullMarked
package dev.plinth.planner.serve;

import org.jspecify.annotations.NullMarked;
