package dev.plinth.engine.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.foreign.MemorySegment;

/**
 * A tensor in a mapped file; nothing is read before {@link #load}.
 *
 * @param shape outermost dimension first
 * @param data valid as long as the file is open
 */
public record Tensor(TensorType type, Shape shape, MemorySegment data) {
    /** A Java buffer, through which arrays are filled, ends at 2 GiB; larger tensors are loaded in parts of this size. */
    private static final long PART_BYTES = 1L << 30;

    /** Copies the numbers, as 32-bit floats, into an array of {@code manager}. */
    public NDArray load(NDManager manager) {
        return loadByRows(manager, PART_BYTES);
    }

    NDArray loadByRows(NDManager manager, long partBytes) {
        NDArray whole = manager.create(shape, DataType.FLOAT32);
        long rows = shape.get(0);
        long rowElements = shape.size() / rows;
        long rowsAtOnce = Math.max(1, partBytes / (rowElements * Float.BYTES));
        for (long row = 0; row < rows; row += rowsAtOnce) {
            long count = Math.min(rowsAtOnce, rows - row);
            MemorySegment slice = data.asSlice(type.bytes(row * rowElements), type.bytes(count * rowElements));
            try (NDArray part = whole.get(new NDIndex("{}:{}", row, row + count))) {
                type.toFloats(slice, MemorySegment.ofBuffer(part.toByteBuffer(true))); // where the array lies
            }
        }
        return whole;
    }
}
