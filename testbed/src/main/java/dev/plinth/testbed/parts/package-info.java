/** Where the programs of the cluster come from: a folder given, the cache, a download, or a build from Go modules. */
@NullMarked
package dev.plinth.testbed.parts;

import org.jspecify.annotations.NullMarked;
