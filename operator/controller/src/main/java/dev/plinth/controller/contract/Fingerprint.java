package dev.plinth.controller.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A short name for what something is: equal things have equal names, and others almost surely do not. */
public final class Fingerprint {
    private static final ObjectMapper JSON =
            new ObjectMapper().configure(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS, true);
    private static final int BYTES = 4;

    private Fingerprint() {}

    /** Eight hexadecimal digits over plain values, whatever the order of their maps. */
    public static String of(Object... values) {
        try {
            var sha256 = MessageDigest.getInstance("SHA-256");
            for (var value : values) {
                sha256.update(JSON.writeValueAsBytes(value));
            }
            return HexFormat.of().formatHex(sha256.digest(), 0, BYTES);
        } catch (JsonProcessingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256 and a record of plain values is always written", e);
        }
    }
}
