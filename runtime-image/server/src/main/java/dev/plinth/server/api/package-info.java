/** The OpenAI API: requests read, checked and answered. */
@NullMarked
package dev.plinth.server.api;

import org.jspecify.annotations.NullMarked;
