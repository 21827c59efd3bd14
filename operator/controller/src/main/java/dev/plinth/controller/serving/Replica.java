package dev.plinth.controller.serving;

/**
 * One replica: a gang.
 *
 * @param revision what it serves, and how
 * @param ordinal its number within the revision, from 0
 * @param ready whether it answers requests
 */
record Replica(String gang, String revision, int ordinal, boolean ready) {}
