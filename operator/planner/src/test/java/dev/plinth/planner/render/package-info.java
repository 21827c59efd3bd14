@NullMarked
package dev.plinth.planner.render;

import org.jspecify.annotations.NullMarked;
