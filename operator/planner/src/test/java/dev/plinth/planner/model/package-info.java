@NullMarked
package dev.plinth.planner.model;

import org.jspecify.annotations.NullMarked;
