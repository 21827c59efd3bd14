package dev.plinth.engine.scheduling;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;

/**
 * What a full block of keys and values was computed from: its tokens, all tokens before them, and the salt of who may share
 * them. The first half of a SHA-256, since two contents under one key would show one tenant's text to another.
 */
public record BlockKey(long high, long low) {
    /** The key of no tokens; sequences with different salts share nothing. */
    static BlockKey root(String salt) {
        return of(digest().digest(salt.getBytes(StandardCharsets.UTF_8)));
    }

    /** The key of a block that follows the block of this key. */
    BlockKey next(List<Integer> tokens) {
        ByteBuffer content = ByteBuffer.allocate(2 * Long.BYTES + tokens.size() * Integer.BYTES);
        content.putLong(high).putLong(low);
        tokens.forEach(content::putInt);
        return of(digest().digest(content.array()));
    }

    private static BlockKey of(byte[] digest) {
        ByteBuffer bytes = ByteBuffer.wrap(digest);
        return new BlockKey(bytes.getLong(), bytes.getLong());
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
