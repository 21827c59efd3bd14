package dev.plinth.controller.kubernetes;

/** How an object goes away. */
public enum Deletion {
    /** A pod is told to end and has its grace period; children follow in the background. */
    GRACEFUL,
    /** Children first, then the object. */
    FOREGROUND,
    /** Nobody is left who could confirm the end: the object is removed at once (grace period 0). */
    FORCED
}
