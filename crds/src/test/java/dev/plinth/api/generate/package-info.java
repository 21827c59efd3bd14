/**
 * Makes everything that is generated from the API types: {@link dev.plinth.api.generate.Generated} lists it,
 * {@link dev.plinth.api.generate.Generate} writes it, and {@code GeneratedFilesTest} compares it in the build.
 */
@NullMarked
package dev.plinth.api.generate;

import org.jspecify.annotations.NullMarked;
