/** Keeps what is generated within a set of texts: a regular expression, or JSON of a schema. */
@NullMarked
package dev.plinth.engine.constraint;

import org.jspecify.annotations.NullMarked;
