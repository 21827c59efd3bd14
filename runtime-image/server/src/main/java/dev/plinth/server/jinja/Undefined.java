package dev.plinth.server.jinja;

/**
 * What a name stands for that nobody has set: prints nothing, is false and empty, and cannot be used otherwise.
 *
 * @param what why it is undefined, for the message
 */
record Undefined(String what) {
    JinjaException error() {
        return new JinjaException(what);
    }
}
