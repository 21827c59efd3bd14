package dev.plinth.trainer.ring;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A gang of one: sums are what they were. */
final class Alone implements Collective {
    private volatile @Nullable RingBroken broken;

    @Override
    public int rank() {
        return 0;
    }

    @Override
    public int size() {
        return 1;
    }

    @Override
    public void sum(ByteBuffer values) throws RingBroken {
        check();
    }

    @Override
    public byte[] fromRankZero(byte[] message) throws RingBroken {
        check();
        return message;
    }

    void breakUp(RingBroken why) {
        broken = why;
    }

    private void check() throws RingBroken {
        RingBroken why = broken;
        if (why != null) {
            throw why;
        }
    }

    @Override
    public void close() {}
}
