package dev.plinth.bench;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a GGUF file again with its Q4_1 matrices as Q8_0, so that llama.cpp runs the same weights at 8 bits. Everything else
 * is copied as it is.
 */
final class Q8Gguf {
    private static final int F32 = 0;
    private static final int Q4_1 = 3;
    private static final int Q8_0 = 8;
    private static final int ALIGNMENT = 32;
    private static final int BLOCK = 32;

    private record Entry(String name, long[] dimensions, int type, long offset) {
        long elements() {
            long product = 1;
            for (long dimension : dimensions) {
                product *= dimension;
            }
            return product;
        }

        int newType() {
            return type == Q4_1 ? Q8_0 : type;
        }

        static long bytes(int type, long elements) {
            return switch (type) {
                case F32 -> elements * 4;
                case Q4_1 -> elements / BLOCK * 20;
                case Q8_0 -> elements / BLOCK * 34;
                default -> throw new IllegalArgumentException("ggml type " + type + " is not expected here");
            };
        }
    }

    private final ByteBuffer in;

    private Q8Gguf(ByteBuffer in) {
        this.in = in;
    }

    static void write(Path from, Path to) throws IOException {
        try (FileChannel channel = FileChannel.open(from);
                Arena arena = Arena.ofConfined()) {
            MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            Path scratch = Files.createTempFile(to.toAbsolutePath().getParent(), "q8-", ".gguf");
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(scratch), 1 << 20)) {
                new Q8Gguf(file.asByteBuffer()).write(file, out);
            }
            Files.move(scratch, to);
        }
    }

    private void write(MemorySegment file, OutputStream out) throws IOException {
        GgufHead head = GgufHead.read(in);
        List<Entry> entries = new ArrayList<>();
        for (long i = 0; i < head.tensors(); i++) {
            String name = GgufHead.string(in);
            long[] dimensions = new long[in.getInt()];
            for (int d = 0; d < dimensions.length; d++) {
                dimensions[d] = in.getLong();
            }
            entries.add(new Entry(name, dimensions, in.getInt(), in.getLong()));
        }
        long data = align(in.position());

        out.write(file.asSlice(0, head.end()).toArray(ValueLayout.JAVA_BYTE));
        long written = head.end() + table(entries, out);
        pad(written, out);
        for (Entry entry : entries) {
            MemorySegment old = file.asSlice(data + entry.offset, Entry.bytes(entry.type, entry.elements()));
            byte[] bytes = entry.type == Q4_1 ? requantize(old) : old.toArray(ValueLayout.JAVA_BYTE);
            out.write(bytes);
            pad(bytes.length, out);
        }
    }

    private static long table(List<Entry> entries, OutputStream out) throws IOException {
        long offset = 0;
        long written = 0;
        for (Entry entry : entries) {
            byte[] name = entry.name.getBytes(StandardCharsets.UTF_8);
            ByteBuffer row = ByteBuffer.allocate(8 + name.length + 4 + 8 * entry.dimensions.length + 4 + 8)
                    .order(ByteOrder.LITTLE_ENDIAN);
            row.putLong(name.length).put(name).putInt(entry.dimensions.length);
            for (long dimension : entry.dimensions) {
                row.putLong(dimension);
            }
            row.putInt(entry.newType()).putLong(offset);
            out.write(row.array());
            written += row.capacity();
            offset = align(offset + Entry.bytes(entry.newType(), entry.elements()));
        }
        return written;
    }

    /** Blocks of 32: Q4_1 is a step, a least value and nibbles; Q8_0 is a step and signed bytes. */
    private static byte[] requantize(MemorySegment q4) {
        ByteBuffer old = q4.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        int blocks = (int) (q4.byteSize() / 20);
        ByteBuffer out = ByteBuffer.allocate(blocks * 34).order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[BLOCK];
        for (int block = 0; block < blocks; block++) {
            float step = Float.float16ToFloat(old.getShort());
            float least = Float.float16ToFloat(old.getShort());
            float largest = 0;
            for (int i = 0; i < BLOCK / 2; i++) {
                int pair = old.get();
                values[i] = step * (pair & 15) + least;
                values[i + BLOCK / 2] = step * (pair >> 4 & 15) + least;
                largest = Math.max(largest, Math.max(Math.abs(values[i]), Math.abs(values[i + BLOCK / 2])));
            }
            float newStep = largest / 127;
            out.putShort(Float.floatToFloat16(newStep));
            for (float value : values) {
                out.put((byte) (newStep == 0 ? 0 : Math.round(value / newStep)));
            }
        }
        return out.array();
    }

    private static long align(long offset) {
        return Math.ceilDiv(offset, (long) ALIGNMENT) * ALIGNMENT;
    }

    private static void pad(long written, OutputStream out) throws IOException {
        out.write(new byte[(int) (align(written) - written)]);
    }
}
