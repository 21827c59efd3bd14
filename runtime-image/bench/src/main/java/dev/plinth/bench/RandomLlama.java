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
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SplittableRandom;

/**
 * A Llama of another size than there is one at hand, for measuring time: random weights in a GGUF file as Q8_0, which both sides read,
 * with the tokenizer of a real file.
 *
 * @param name for people
 * @param width of the residual stream
 * @param heads of queries, {@code width / heads} channels each
 */
record RandomLlama(String name, int layers, int width, int inner, int heads, int keyHeads) {
    /** The shape of stories15M, but for the vocabulary: more than half of it is there. */
    static final RandomLlama FIFTEEN_MILLION = new RandomLlama("15M", 6, 224, 608, 7, 7);

    /** The shape of Llama 3.2 1B, but for the vocabulary. */
    static final RandomLlama ONE_BILLION = new RandomLlama("1B", 16, 2048, 8192, 32, 8);

    /** Of SmolLM2. */
    private static final int VOCABULARY = 49_152;

    private static final int F32 = 0;
    private static final int Q8_0 = 8;
    private static final int BLOCK = 32;
    private static final int BLOCK_BYTES = 34;
    private static final int ALIGNMENT = 32;
    private static final int UINT32 = 4;

    /** Numbers of standard deviation 0.02, as models are trained from: bytes have one of 74. */
    private static final short STEP = Float.floatToFloat16(0.02f / 74);

    /**
     * Writes the file.
     *
     * @param smolLm2 whose tokenizer it takes over
     */
    void write(Path smolLm2, Path to) throws IOException {
        try (FileChannel channel = FileChannel.open(smolLm2);
                Arena arena = Arena.ofConfined();
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(to), 1 << 20)) {
            MemorySegment file = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            GgufHead head = GgufHead.read(file.asByteBuffer());
            SequencedMap<String, long[]> tensors = tensors();
            out.write(numbers(4 + 4 + 8 + 8)
                    .putInt(0x46554747)
                    .putInt(3)
                    .putLong(tensors.size())
                    .putLong(head.pairs().size())
                    .array());
            long written = 24;
            for (GgufHead.Pair pair : head.pairs()) {
                byte[] bytes = pair(pair, file);
                out.write(bytes);
                written += bytes.length;
            }
            long offset = 0;
            for (var tensor : tensors.entrySet()) {
                byte[] row = row(tensor.getKey(), tensor.getValue(), offset);
                out.write(row);
                written += row.length;
                offset = align(offset + bytes(tensor.getValue()));
            }
            pad(written, out);
            SplittableRandom random = new SplittableRandom(1);
            for (long[] dimensions : tensors.values()) {
                fill(dimensions, random, out);
                pad(bytes(dimensions), out);
            }
        }
    }

    /** The size of the file, but for its head of some megabytes. */
    long bytes() {
        return tensors().values().stream().mapToLong(RandomLlama::bytes).sum();
    }

    /** Innermost dimension first. */
    private SequencedMap<String, long[]> tensors() {
        long keys = (long) width / heads * keyHeads;
        SequencedMap<String, long[]> tensors = new LinkedHashMap<>();
        tensors.put("token_embd.weight", new long[] {width, VOCABULARY});
        for (int i = 0; i < layers; i++) {
            String layer = "blk." + i + ".";
            tensors.put(layer + "attn_norm.weight", new long[] {width});
            tensors.put(layer + "attn_q.weight", new long[] {width, width});
            tensors.put(layer + "attn_k.weight", new long[] {width, keys});
            tensors.put(layer + "attn_v.weight", new long[] {width, keys});
            tensors.put(layer + "attn_output.weight", new long[] {width, width});
            tensors.put(layer + "ffn_norm.weight", new long[] {width});
            tensors.put(layer + "ffn_gate.weight", new long[] {width, inner});
            tensors.put(layer + "ffn_up.weight", new long[] {width, inner});
            tensors.put(layer + "ffn_down.weight", new long[] {inner, width});
        }
        tensors.put("output_norm.weight", new long[] {width});
        return tensors;
    }

    private byte[] pair(GgufHead.Pair pair, MemorySegment file) {
        Integer other = Map.of(
                        "llama.block_count", layers,
                        "llama.embedding_length", width,
                        "llama.feed_forward_length", inner,
                        "llama.attention.head_count", heads,
                        "llama.attention.head_count_kv", keyHeads,
                        "llama.rope.dimension_count", width / heads)
                .get(pair.key());
        byte[] bytes = file.asSlice(pair.from(), pair.to() - pair.from()).toArray(ValueLayout.JAVA_BYTE);
        if (other != null) {
            ByteBuffer.wrap(bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(bytes.length - 8, UINT32)
                    .putInt(bytes.length - 4, other);
        }
        return bytes;
    }

    private static byte[] row(String name, long[] dimensions, long offset) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer row = numbers(8 + text.length + 4 + 8 * dimensions.length + 4 + 8);
        row.putLong(text.length).put(text).putInt(dimensions.length);
        Arrays.stream(dimensions).forEach(row::putLong);
        return row.putInt(dimensions.length == 1 ? F32 : Q8_0).putLong(offset).array();
    }

    private static void fill(long[] dimensions, SplittableRandom random, OutputStream out) throws IOException {
        if (dimensions.length == 1) {
            ByteBuffer ones = numbers((int) bytes(dimensions));
            while (ones.hasRemaining()) {
                ones.putFloat(1);
            }
            out.write(ones.array());
            return;
        }
        byte[] rowBytes = new byte[(int) dimensions[0] / BLOCK * BLOCK_BYTES];
        ByteBuffer row = ByteBuffer.wrap(rowBytes).order(ByteOrder.LITTLE_ENDIAN);
        for (long i = 0; i < dimensions[1]; i++) {
            random.nextBytes(rowBytes);
            for (int at = 0; at < rowBytes.length; at += BLOCK_BYTES) {
                row.putShort(at, STEP);
            }
            out.write(rowBytes);
        }
    }

    private static long bytes(long[] dimensions) {
        return dimensions.length == 1
                ? dimensions[0] * Float.BYTES
                : dimensions[0] / BLOCK * BLOCK_BYTES * dimensions[1];
    }

    private static ByteBuffer numbers(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static long align(long offset) {
        return Math.ceilDiv(offset, (long) ALIGNMENT) * ALIGNMENT;
    }

    private static void pad(long written, OutputStream out) throws IOException {
        out.write(new byte[(int) (align(written) - written)]);
    }
}
