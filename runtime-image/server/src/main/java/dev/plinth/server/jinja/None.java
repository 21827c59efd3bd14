package dev.plinth.server.jinja;

/** Python's None, JSON's null. */
public enum None {
    NONE
}
