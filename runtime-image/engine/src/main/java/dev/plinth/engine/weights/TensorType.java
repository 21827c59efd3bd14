package dev.plinth.engine.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * How the numbers of a tensor are laid out in a file: little-endian, in blocks that share scales. The quantised layouts
 * (Q…) are those of ggml, {@code ggml-common.h}.
 */
public enum TensorType {
    F32(1, 4) {
        @Override
        void convert(MemorySegment in, long at, float[] out, int count) {
            MemorySegment.copy(in, FLOAT, at, out, 0, count);
        }
    },
    F16(1, 2) {
        @Override
        void convert(MemorySegment in, long at, float[] out, int count) {
            short[] halves = new short[count];
            MemorySegment.copy(in, SHORT, at, halves, 0, count);
            for (int i = 0; i < count; i++) {
                out[i] = Float.float16ToFloat(halves[i]);
            }
        }
    },
    BF16(1, 2) {
        @Override
        void convert(MemorySegment in, long at, float[] out, int count) {
            short[] upper = new short[count];
            MemorySegment.copy(in, SHORT, at, upper, 0, count);
            for (int i = 0; i < count; i++) {
                out[i] = Float.intBitsToFloat(upper[i] << 16);
            }
        }
    },
    /** Scale, 32 x 4 bits around 8. */
    Q4_0(32, 18) {
        @Override
        void block(MemorySegment in, long at, float[] out, int to) {
            nibbles(in, at + 2, 0, half(in, at), -8 * half(in, at), out, to);
        }
    },
    /** Scale, minimum, 32 x 4 bits. */
    Q4_1(32, 20) {
        @Override
        void block(MemorySegment in, long at, float[] out, int to) {
            nibbles(in, at + 4, 0, half(in, at), half(in, at + 2), out, to);
        }
    },
    /** Scale, the fifth bits, 32 x 4 bits around 16. */
    Q5_0(32, 22) {
        @Override
        void block(MemorySegment in, long at, float[] out, int to) {
            nibbles(in, at + 6, in.get(INT, at + 2), half(in, at), -16 * half(in, at), out, to);
        }
    },
    /** Scale, minimum, the fifth bits, 32 x 4 bits. */
    Q5_1(32, 24) {
        @Override
        void block(MemorySegment in, long at, float[] out, int to) {
            nibbles(in, at + 8, in.get(INT, at + 4), half(in, at), half(in, at + 2), out, to);
        }
    },
    /** Scale, 32 x 8 bits. */
    Q8_0(32, 34) {
        @Override
        void block(MemorySegment in, long at, float[] out, int to) {
            float scale = half(in, at);
            for (int i = 0; i < 32; i++) {
                out[to + i] = scale * in.get(BYTE, at + 2 + i);
            }
        }
    },
    /** Scale of scales and of minima, 8 sub-blocks with 6 bits for each, 256 x 4 bits. */
    Q4_K(256, 144) {
        @Override
        void block(MemorySegment in, long at, float[] out, int to) {
            float scale = half(in, at);
            float minimum = half(in, at + 2);
            for (int sub = 0; sub < 8; sub++) {
                float step = scale * subScale(in, at + 4, sub);
                float least = minimum * subMinimum(in, at + 4, sub);
                long quants = at + 16 + 32L * (sub / 2);
                for (int i = 0; i < 32; i++) {
                    int quant = in.get(BYTE, quants + i) >> 4 * (sub % 2) & 0xF;
                    out[to + 32 * sub + i] = step * quant - least;
                }
            }
        }

        private int subScale(MemorySegment in, long at, int sub) {
            return sub < 4
                    ? in.get(BYTE, at + sub) & 63
                    : in.get(BYTE, at + sub + 4) & 0xF | (in.get(BYTE, at + sub - 4) & 0xC0) >> 2;
        }

        private int subMinimum(MemorySegment in, long at, int sub) {
            return sub < 4
                    ? in.get(BYTE, at + sub + 4) & 63
                    : in.get(BYTE, at + sub + 4) >> 4 & 0xF | (in.get(BYTE, at + sub) & 0xC0) >> 2;
        }
    },
    /** 256 x 4 low bits, 256 x 2 high bits, 16 scales, scale of scales; around 32. */
    Q6_K(256, 210) {
        @Override
        void block(MemorySegment in, long at, float[] out, int to) {
            float scale = half(in, at + 208);
            for (int i = 0; i < 256; i++) {
                int upper = i / 128; // two halves of 128, each four quarters of 32
                int quarter = i % 128 / 32;
                int lane = i % 32;
                int low = in.get(BYTE, at + 64 * upper + 32 * (quarter % 2) + lane) >> 4 * (quarter / 2) & 0xF;
                int high = in.get(BYTE, at + 128 + 32 * upper + lane) >> 2 * quarter & 3;
                int subScale = in.get(BYTE, at + 192 + i / 16);
                out[to + i] = scale * subScale * ((low | high << 4) - 32);
            }
        }
    };

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Numbers that are converted before they are copied, a multiple of every block: few enough to stay in the nearest cache. */
    private static final int CHUNK = 4096;

    private final int blockElements;
    private final int blockBytes;

    TensorType(int blockElements, int blockBytes) {
        this.blockElements = blockElements;
        this.blockBytes = blockBytes;
    }

    /** Bytes that {@code elements} numbers take in the file. */
    public long bytes(long elements) {
        if (elements % blockElements != 0) {
            throw new IllegalArgumentException(
                    "%d elements do not fill blocks of %d (%s)".formatted(elements, blockElements, this));
        }
        return elements / blockElements * blockBytes;
    }

    /**
     * Writes the numbers of {@code in} as native 32-bit floats to {@code out}.
     *
     * @param in whole blocks
     */
    void toFloats(MemorySegment in, MemorySegment out) {
        long elements = in.byteSize() / blockBytes * blockElements;
        float[] floats = new float[CHUNK];
        for (long from = 0; from < elements; from += CHUNK) {
            int count = (int) Math.min(CHUNK, elements - from);
            convert(in, bytes(from), floats, count);
            MemorySegment.copy(floats, 0, out, ValueLayout.JAVA_FLOAT, from * Float.BYTES, count);
        }
    }

    /** Converts numbers, whole blocks of them, from byte {@code at} to the front of {@code out}. */
    void convert(MemorySegment in, long at, float[] out, int count) {
        long next = at;
        for (int to = 0; to < count; to += blockElements) {
            block(in, next, out, to);
            next += blockBytes;
        }
    }

    /** Converts the block at byte {@code at} to the elements from {@code to}. */
    void block(MemorySegment in, long at, float[] out, int to) {
        throw new IllegalStateException(this + " has no blocks");
    }

    /** 32 numbers {@code step * q + least}; q has 4 bits from {@code quants} and a fifth from {@code fifthBits}. */
    private static void nibbles(
            MemorySegment in, long quants, int fifthBits, float step, float least, float[] out, int to) {
        for (int half = 0; half < 16; half += 8) {
            long pairs = in.get(LONG, quants + half); // eight at once: a byte at a time costs several times as much
            for (int i = 0; i < 8; i++) {
                int pair = (int) (pairs >>> 8 * i);
                int low = pair & 0xF | (fifthBits >>> half + i & 1) << 4;
                int high = pair >>> 4 & 0xF | (fifthBits >>> half + i + 16 & 1) << 4;
                out[to + half + i] = step * low + least;
                out[to + half + i + 16] = step * high + least;
            }
        }
    }

    private static float half(MemorySegment in, long at) {
        return Float.float16ToFloat(in.get(SHORT, at));
    }
}
