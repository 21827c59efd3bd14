package dev.plinth.engine.tokens;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The alphabet of byte-level BPE (Radford et al. 2019, GPT-2's {@code bytes_to_unicode}): every byte as one printable
 * character; bytes that are printable in Latin-1 are themselves, the others follow from U+0100.
 */
final class ByteLevel {
    private static final char[] CHARACTER = new char[256];
    private static final short[] BYTE = new short[0x180];

    static {
        Arrays.fill(BYTE, (short) -1);
        char next = 0x100;
        for (int b = 0; b < CHARACTER.length; b++) {
            boolean printable = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || (b >= 0xAE && b <= 0xFF);
            CHARACTER[b] = printable ? (char) b : next++;
            BYTE[CHARACTER[b]] = (short) b;
        }
    }

    private ByteLevel() {}

    /** The 256 one-byte tokens in the order of their bytes. */
    static List<String> everyByte() {
        List<String> tokens = new ArrayList<>();
        for (char character : CHARACTER) {
            tokens.add(String.valueOf(character));
        }
        return tokens;
    }

    /** The bytes that a token written in the alphabet stands for; characters outside of it stand for themselves. */
    static byte[] bytes(String token) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(token.length());
        token.codePoints().forEach(c -> {
            if (c < BYTE.length && BYTE[c] >= 0) {
                bytes.write(BYTE[c]);
            } else {
                bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
            }
        });
        return bytes.toByteArray();
    }
}
