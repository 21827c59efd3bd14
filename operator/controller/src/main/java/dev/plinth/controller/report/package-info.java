/** The channel on which members tell the operator of their progress and learn of each other. */
@NullMarked
package dev.plinth.controller.report;

import org.jspecify.annotations.NullMarked;
