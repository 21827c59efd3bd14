package dev.plinth.server.jinja;

/** A function, method or macro. */
@FunctionalInterface
interface Callable {
    Object call(Arguments arguments);
}
