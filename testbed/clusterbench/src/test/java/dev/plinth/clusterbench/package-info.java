@NullMarked
package dev.plinth.clusterbench;

import org.jspecify.annotations.NullMarked;
