/** The API on a real API server: what it admits, what it refuses and with which words, and how kubectl shows it. */
@NullMarked
package dev.plinth.api.server;

import org.jspecify.annotations.NullMarked;
