package dev.plinth.engine.weights;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** How the numbers of a tensor are laid out in a file: little-endian, in blocks that share scales. */
public enum TensorType {
    F32(1, 4) {
        @Override
        void block(MemorySegment in, long at, MemorySegment out, long to) {
            put(out, to, in.get(FLOAT, at));
        }
    },
    F16(1, 2) {
        @Override
        void block(MemorySegment in, long at, MemorySegment out, long to) {
            put(out, to, half(in, at));
        }
    },
    BF16(1, 2) {
        @Override
        void block(MemorySegment in, long at, MemorySegment out, long to) {
            put(out, to, Float.intBitsToFloat(in.get(SHORT, at) << 16));
        }
    };

    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

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
        long to = 0;
        for (long at = 0; at < in.byteSize(); at += blockBytes) {
            block(in, at, out, to);
            to += blockElements;
        }
    }

    /** Converts the block at byte {@code at} to the elements from {@code to}. */
    abstract void block(MemorySegment in, long at, MemorySegment out, long to);

    private static float half(MemorySegment in, long at) {
        return Float.float16ToFloat(in.get(SHORT, at));
    }

    private static void put(MemorySegment out, long index, float value) {
        out.setAtIndex(ValueLayout.JAVA_FLOAT, index, value);
    }
}
