package dev.plinth.server.api;

/**
 * Who sends a request.
 *
 * @param owner a name that tells the API key from others and does not tell the key; no letters where no keys are asked for
 * @param admin whether the key is an administrator's
 */
record Caller(String owner, boolean admin) {
    /** Where no keys are asked for. */
    static final Caller ANYBODY = new Caller("", false);
}
