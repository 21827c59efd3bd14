package dev.plinth.engine.tokens;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** One token a byte of UTF-8; the id is the byte. */
public final class ByteTokenizer implements Tokenizer {
    private static final int BYTES = 256;

    @Override
    public int vocabularySize() {
        return BYTES;
    }

    @Override
    public int[] encode(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        int[] tokens = new int[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            tokens[i] = Byte.toUnsignedInt(bytes[i]);
        }
        return tokens;
    }

    @Override
    public byte[] bytes(int token) {
        return new byte[] {(byte) token};
    }

    @Override
    public boolean isSpecial(int token) {
        return false;
    }

    @Override
    public OptionalInt id(String token) {
        return OptionalInt.empty();
    }

    /**
     * The same tokenizer as a {@code tokenizer.json}, so that a checkpoint of bytes opens like any other, also in
     * transformers.
     */
    public static String toJson() {
        return new ByteLevelBpe(ByteLevel.everyByte(), List.of(), List.of(), Optional.empty()).toJson();
    }
}
