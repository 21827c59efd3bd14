/** From a prompt to a text: sampling, stopping, and the thread that lets requests take turns. */
@NullMarked
package dev.plinth.engine.generation;

import org.jspecify.annotations.NullMarked;
