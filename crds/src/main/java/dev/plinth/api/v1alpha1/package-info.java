/**
 * The kinds of {@code plinth.dev/v1alpha1} as immutable Java types.
 *
 * <p>Start with {@link dev.plinth.api.v1alpha1.TrainingJob} and {@link dev.plinth.api.v1alpha1.ModelService}, the kinds
 * that users write; {@link dev.plinth.api.v1alpha1.Gang} is what the operator makes of them. A component that may be
 * absent is {@code @Nullable}; lists and maps are never null. An object read from the API server carries the defaults
 * of the schema, an object made in Java says every primitive itself.
 */
@NullMarked
package dev.plinth.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
