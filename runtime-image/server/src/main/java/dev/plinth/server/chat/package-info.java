/** From messages to a prompt. */
@NullMarked
package dev.plinth.server.chat;

import org.jspecify.annotations.NullMarked;
