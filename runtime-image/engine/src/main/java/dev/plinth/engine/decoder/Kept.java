package dev.plinth.engine.decoder;

import dev.plinth.engine.Precision;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What keys and values are kept as. DJL cannot make an array of 16-bit floats, so they go in and out as 32-bit floats, whose upper
 * halves they are.
 *
 * @param bytes of one number
 * @param scalarType how libtorch numbers its type
 */
record Kept(int bytes, long scalarType) {
    private static final Kept FLOAT = new Kept(Float.BYTES, 6);
    private static final Kept BFLOAT16 = new Kept(Short.BYTES, 15);

    static Kept in(Precision precision) {
        return precision == Precision.BFLOAT16 ? BFLOAT16 : FLOAT;
    }

    /** 32-bit floats as they are kept. */
    byte[] pack(ByteBuffer floats) {
        byte[] packed = new byte[floats.remaining() / Float.BYTES * bytes];
        ByteBuffer to = ByteBuffer.wrap(packed).order(ByteOrder.nativeOrder());
        if (bytes == Float.BYTES) {
            to.put(floats);
        } else {
            while (floats.hasRemaining()) {
                to.putShort((short) (floats.getInt() >>> Short.SIZE));
            }
        }
        return packed;
    }

    /** Fills {@code floats} from its beginning. */
    void unpack(byte[] packed, ByteBuffer floats) {
        ByteBuffer from = ByteBuffer.wrap(packed).order(ByteOrder.nativeOrder());
        if (bytes == Float.BYTES) {
            floats.put(from);
        } else {
            while (from.hasRemaining()) {
                floats.putInt(from.getShort() << Short.SIZE);
            }
        }
        floats.flip();
    }
}
