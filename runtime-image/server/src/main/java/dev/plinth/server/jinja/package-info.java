/**
 * Jinja as chat templates use it: expressions, blocks, macros, filters and tests with the meaning they have in Python, since the
 * prompt must be the very text a model was trained on. It follows the documentation of Jinja 3.1 and the settings of transformers
 * (trimmed blocks, an immutable sandbox). Not there: inheritance, includes, imports, extensions other than loop controls.
 */
@NullMarked
package dev.plinth.server.jinja;

import org.jspecify.annotations.NullMarked;
