/** The operator as an application: how its parts are put together and started. */
@NullMarked
package dev.plinth.controller;

import org.jspecify.annotations.NullMarked;
