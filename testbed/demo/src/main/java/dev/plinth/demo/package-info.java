/** The whole way of one job on the one-machine cluster, to be watched: {@link dev.plinth.demo.Demo} is the programme. */
@NullMarked
package dev.plinth.demo;

import org.jspecify.annotations.NullMarked;
