/** Adapters of a model: small changes of its weights that requests may ask for by name. */
@NullMarked
package dev.plinth.engine.adapter;

import org.jspecify.annotations.NullMarked;
