/** Carries out gangs: the only code that creates or deletes pods. */
@NullMarked
package dev.plinth.controller.gang;

import org.jspecify.annotations.NullMarked;
