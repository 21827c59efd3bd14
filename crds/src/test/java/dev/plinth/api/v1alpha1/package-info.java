@NullMarked
package dev.plinth.api.v1alpha1;

import org.jspecify.annotations.NullMarked;
