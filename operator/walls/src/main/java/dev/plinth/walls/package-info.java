/** What keeps the decision libraries pure, for the tests of each of them. */
@NullMarked
package dev.plinth.walls;

import org.jspecify.annotations.NullMarked;
