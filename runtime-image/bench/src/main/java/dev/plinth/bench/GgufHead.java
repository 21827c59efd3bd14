package dev.plinth.bench;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the key-value pairs of a GGUF file lie, for writing them again; see ggml's {@code docs/gguf.md}.
 *
 * @param tensors how many there are; their table begins at {@code end}
 */
record GgufHead(List<Pair> pairs, long tensors, int end) {
    /** A pair's bytes, key included. */
    record Pair(String key, int from, int to) {}

    /** Leaves {@code file} at the table of tensors, in the byte order of GGUF. */
    static GgufHead read(ByteBuffer file) {
        file.order(ByteOrder.LITTLE_ENDIAN).position(8);
        long tensors = file.getLong();
        long count = file.getLong();
        List<Pair> pairs = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            int from = file.position();
            String key = string(file);
            skip(file, file.getInt());
            pairs.add(new Pair(key, from, file.position()));
        }
        return new GgufHead(List.copyOf(pairs), tensors, file.position());
    }

    static String string(ByteBuffer file) {
        byte[] text = new byte[Math.toIntExact(file.getLong())];
        file.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static void skip(ByteBuffer file, int type) {
        switch (type) {
            case 0, 1, 7 -> file.get();
            case 2, 3 -> file.getShort();
            case 4, 5, 6 -> file.getInt();
            case 8 -> string(file);
            case 9 -> {
                int element = file.getInt();
                long count = file.getLong();
                for (long i = 0; i < count; i++) {
                    skip(file, element);
                }
            }
            default -> file.getLong();
        }
    }
}
