@NullMarked
package dev.plinth.tierbench.policy;

import org.jspecify.annotations.NullMarked;
