package dev.plinth.engine.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

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
        if (shape.size() * Float.BYTES <= PART_BYTES) {
            return loadPart(shape, data, manager);
        }
        return loadByRows(manager, PART_BYTES);
    }

    NDArray loadByRows(NDManager manager, long partBytes) {
        long rows = shape.get(0);
        long rowElements = shape.size() / rows;
        long rowsAtOnce = Math.max(1, partBytes / (rowElements * Float.BYTES));
        try (NDManager parts = manager.newSubManager()) {
            NDList loaded = new NDList();
            for (long row = 0; row < rows; row += rowsAtOnce) {
                long count = Math.min(rowsAtOnce, rows - row);
                long[] dimensions = shape.getShape().clone();
                dimensions[0] = count;
                MemorySegment slice = data.asSlice(type.bytes(row * rowElements), type.bytes(count * rowElements));
                loaded.add(loadPart(new Shape(dimensions), slice, parts));
            }
            NDArray whole = NDArrays.concat(loaded, 0);
            whole.attach(manager);
            return whole;
        }
    }

    private NDArray loadPart(Shape partShape, MemorySegment part, NDManager manager) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment floats = arena.allocate(partShape.size() * Float.BYTES, 64);
            type.toFloats(part, floats);
            // The engine refers to a direct buffer instead of copying it; the copy owns its memory.
            try (NDArray view =
                    manager.create(floats.asByteBuffer().order(ByteOrder.nativeOrder()), partShape, DataType.FLOAT32)) {
                return view.duplicate();
            }
        }
    }
}
