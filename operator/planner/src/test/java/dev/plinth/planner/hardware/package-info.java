@NullMarked
package dev.plinth.planner.hardware;

import org.jspecify.annotations.NullMarked;
