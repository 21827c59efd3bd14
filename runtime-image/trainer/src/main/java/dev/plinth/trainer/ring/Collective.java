package dev.plinth.trainer.ring;

import java.nio.ByteBuffer;

/** What the ranks of one formation do together. Every rank makes the same calls in the same order, from one thread. */
public interface Collective extends AutoCloseable {
    int rank();

    int size();

    /**
     * Replaces the values by their sums over all ranks. Afterwards every rank holds the same bits.
     *
     * @param values 32-bit little-endian floats from position 0 to the limit, as many on every rank; position and limit stay
     * @throws RingBroken if a rank is lost; the values are then undefined
     */
    void sum(ByteBuffer values) throws RingBroken;

    /** Gives every rank what rank 0 passed; what other ranks pass does not matter. */
    byte[] fromRankZero(byte[] message) throws RingBroken;

    /** Ends this formation in good order: what was sent before still arrives. */
    @Override
    void close();
}
