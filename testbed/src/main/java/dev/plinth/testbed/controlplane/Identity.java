package dev.plinth.testbed.controlplane;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Someone who may talk to the API server, known by a token. */
record Identity(String user, String group, String token) {
    private static final SecureRandom RANDOM = new SecureRandom();

    static Identity of(String user, String group) {
        var bytes = new byte[16];
        RANDOM.nextBytes(bytes);
        return new Identity(user, group, HexFormat.of().formatHex(bytes));
    }

    /** A line of the API server's token file. */
    String line() {
        return "%s,%s,%s,\"%s\"".formatted(token, user, user, group);
    }
}
