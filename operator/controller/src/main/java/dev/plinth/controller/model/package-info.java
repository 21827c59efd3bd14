/** Whether the weights that a {@link dev.plinth.api.v1alpha1.Model} names can be had. */
@NullMarked
package dev.plinth.controller.model;

import org.jspecify.annotations.NullMarked;
