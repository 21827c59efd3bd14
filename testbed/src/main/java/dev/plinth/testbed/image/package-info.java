/** Container images built without a daemon or a registry. */
@NullMarked
package dev.plinth.testbed.image;

import org.jspecify.annotations.NullMarked;
