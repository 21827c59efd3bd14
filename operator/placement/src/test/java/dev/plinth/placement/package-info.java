@NullMarked
package dev.plinth.placement;

import org.jspecify.annotations.NullMarked;
