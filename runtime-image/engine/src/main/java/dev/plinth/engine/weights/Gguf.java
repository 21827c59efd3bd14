package dev.plinth.engine.weights;

import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Reads GGUF files (versions 2 and 3): header, key-value pairs, table of tensors, aligned data; see ggml's
 * {@code docs/gguf.md}. Tensors keep the names of the file.
 */
public final class Gguf implements TensorFile {
    private static final int MAGIC = 0x46554747; // "GGUF"
    private static final int DEFAULT_ALIGNMENT = 32;

    private final Arena arena = Arena.ofShared();
    /** {@code GGML_MAX_DIMS}. */
    private static final int MOST_DIMENSIONS = 4;
    /** Lists in lists are allowed, and nobody writes them. */
    private static final int DEEPEST_LIST = 8;

    private final GgufMetadata metadata;
    private final SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();

    private Gguf(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            Cursor cursor = new Cursor(channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena));
            if (cursor.bytes.byteSize() < 24 || cursor.int32() != MAGIC) {
                throw new IOException("it does not begin with \"GGUF\"");
            }
            int version = cursor.int32();
            if (version < 2 || version > 3) {
                throw new IOException("it has version " + version + "; 2 and 3 are supported");
            }
            long tensorCount = cursor.int64();
            long pairs = cursor.int64();
            this.metadata = readMetadata(cursor, pairs);
            readTensors(cursor, tensorCount);
        } catch (IOException | RuntimeException e) {
            arena.close();
            String why = e instanceof IndexOutOfBoundsException ? "it is cut short or damaged" : e.getMessage();
            throw new IOException("cannot read " + file + " as GGUF: " + why, e);
        }
    }

    /**
     * Opens a file.
     *
     * @throws IOException if it is damaged or holds a tensor type that is not supported
     */
    public static Gguf open(Path file) throws IOException {
        return new Gguf(file);
    }

    public GgufMetadata metadata() {
        return metadata;
    }

    @Override
    public SequencedMap<String, Tensor> tensors() {
        return Collections.unmodifiableSequencedMap(tensors);
    }

    @Override
    public void close() {
        arena.close();
    }

    private static GgufMetadata readMetadata(Cursor cursor, long pairs) throws IOException {
        Map<String, Object> values = new HashMap<>();
        for (long i = 0; i < pairs; i++) {
            String key = cursor.string();
            values.put(key, cursor.value(cursor.int32(), 0));
        }
        return new GgufMetadata(values);
    }

    private void readTensors(Cursor cursor, long count) throws IOException {
        record Entry(String name, Shape shape, TensorType type, long offset) {}
        List<Entry> entries = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            String name = cursor.string();
            int rank = cursor.int32();
            if (rank < 0 || rank > MOST_DIMENSIONS) {
                throw new IOException("tensor \"" + name + "\" has " + Integer.toUnsignedString(rank)
                        + " dimensions; there are at most " + MOST_DIMENSIONS);
            }
            long[] dimensions = new long[rank];
            for (int d = dimensions.length - 1; d >= 0; d--) { // the file has the innermost first
                dimensions[d] = cursor.int64();
            }
            entries.add(new Entry(name, new Shape(dimensions), type(name, cursor.int32()), cursor.int64()));
        }
        long alignment = metadata.integer("general.alignment").orElse((long) DEFAULT_ALIGNMENT);
        long data = Math.ceilDiv(cursor.position, alignment) * alignment;
        for (Entry entry : entries) {
            long length = entry.type.bytes(entry.shape.size());
            MemorySegment slice = cursor.bytes.asSlice(data + entry.offset, length);
            tensors.put(entry.name, new Tensor(entry.type, entry.shape, slice));
        }
    }

    /** The numbers of {@code enum ggml_type}. */
    private static TensorType type(String name, int number) throws IOException {
        return switch (number) {
            case 0 -> TensorType.F32;
            case 1 -> TensorType.F16;
            case 2 -> TensorType.Q4_0;
            case 3 -> TensorType.Q4_1;
            case 6 -> TensorType.Q5_0;
            case 7 -> TensorType.Q5_1;
            case 8 -> TensorType.Q8_0;
            case 12 -> TensorType.Q4_K;
            case 14 -> TensorType.Q6_K;
            case 30 -> TensorType.BF16;
            default ->
                throw new IOException("tensor \"" + name + "\" has ggml type " + number
                        + "; F32, F16, BF16, Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K and Q6_K are supported");
        };
    }

    /** Reads the head of the file from front to back. */
    private static final class Cursor {
        private static final ValueLayout.OfShort SHORT =
                ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        private static final ValueLayout.OfLong LONG =
                ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

        private final MemorySegment bytes;
        private long position;

        Cursor(MemorySegment bytes) {
            this.bytes = bytes;
        }

        byte int8() {
            return bytes.get(ValueLayout.JAVA_BYTE, advance(1));
        }

        short int16() {
            return bytes.get(SHORT, advance(2));
        }

        int int32() {
            return bytes.get(INT, advance(4));
        }

        long int64() {
            return bytes.get(LONG, advance(8));
        }

        String string() {
            long length = int64();
            byte[] text = bytes.asSlice(advance(length), length).toArray(ValueLayout.JAVA_BYTE);
            return new String(text, StandardCharsets.UTF_8);
        }

        /** A value of one of the types of {@code enum gguf_metadata_value_type}. */
        Object value(int type, int depth) throws IOException {
            return switch (type) {
                case 0 -> Byte.toUnsignedInt(int8());
                case 1 -> int8();
                case 2 -> Short.toUnsignedInt(int16());
                case 3 -> int16();
                case 4 -> Integer.toUnsignedLong(int32());
                case 5 -> int32();
                case 6 -> Float.intBitsToFloat(int32());
                case 7 -> int8() != 0;
                case 8 -> string();
                case 9 -> list(depth + 1);
                case 10, 11 -> int64();
                case 12 -> Double.longBitsToDouble(int64());
                default -> throw new IOException("its metadata has a value of unknown type " + type);
            };
        }

        private List<Object> list(int depth) throws IOException {
            if (depth > DEEPEST_LIST) {
                throw new IOException("its metadata has lists in lists, more than " + DEEPEST_LIST + " deep");
            }
            int type = int32();
            long count = int64();
            List<Object> list = new ArrayList<>();
            for (long i = 0; i < count; i++) {
                list.add(value(type, depth));
            }
            return list;
        }

        private long advance(long length) {
            long at = position;
            position += length;
            return at;
        }
    }
}
