package dev.plinth.trainer.ring;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Ring all-reduce (Patarasuk and Yuan, 2009): the values are cut into as many chunks as there are ranks. In a first round
 * each chunk travels the ring once and is added up on the way (reduce-scatter), in a second round the sums travel the
 * ring (all-gather). Each rank sends 2 (n-1)/n of the values, however many ranks there are. A chunk is added up on one path
 * only, so all ranks end with the same bits.
 */
final class Ring implements Collective {
    private final int rank;
    private final int size;
    private final Link previous;
    private final Link next;
    private ByteBuffer scratch = ByteBuffer.allocateDirect(0);

    Ring(int rank, int size, Link previous, Link next) {
        this.rank = rank;
        this.size = size;
        this.previous = previous;
        this.next = next;
        previous.onBroken(next::breakUp);
        next.onBroken(previous::breakUp);
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public void sum(ByteBuffer values) throws RingBroken {
        int count = values.limit() / Float.BYTES;
        reserve((count + size - 1) / size * Float.BYTES);
        for (int round = 0; round < size - 1; round++) {
            ByteBuffer incoming = chunk(values, count, rank - round - 1);
            ByteBuffer received = scratch.slice(0, incoming.remaining());
            exchange(chunk(values, count, rank - round), received);
            add(received, incoming);
        }
        for (int round = 0; round < size - 1; round++) {
            exchange(chunk(values, count, rank - round + 1), chunk(values, count, rank - round));
        }
    }

    @Override
    public byte[] fromRankZero(byte[] message) throws RingBroken {
        byte[] result = rank == 0 ? message : receive();
        if (rank < size - 1) {
            next.send(ByteBuffer.allocate(Integer.BYTES).putInt(0, result.length));
            next.send(ByteBuffer.wrap(result));
        }
        return result;
    }

    private byte[] receive() throws RingBroken {
        ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
        previous.receive(length);
        ByteBuffer message = ByteBuffer.allocate(length.getInt(0));
        previous.receive(message);
        return message.array();
    }

    /** Sends to the next rank while receiving from the previous one: all ranks send at once, so nobody may wait first. */
    private void exchange(ByteBuffer outgoing, ByteBuffer incoming) throws RingBroken {
        CompletableFuture<Void> sent =
                CompletableFuture.runAsync(() -> sendUnchecked(outgoing), Thread::startVirtualThread);
        previous.receive(incoming.duplicate());
        try {
            sent.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RingBroken broken) {
                throw broken;
            }
            throw e;
        }
    }

    private void sendUnchecked(ByteBuffer outgoing) {
        try {
            next.send(outgoing);
        } catch (RingBroken e) {
            throw new CompletionException(e);
        }
    }

    private ByteBuffer chunk(ByteBuffer values, int count, int index) {
        long chunk = Math.floorMod(index, size);
        int from = (int) (count * chunk / size);
        int to = (int) (count * (chunk + 1) / size);
        return values.slice(from * Float.BYTES, (to - from) * Float.BYTES);
    }

    private static void add(ByteBuffer from, ByteBuffer into) {
        FloatBuffer source = from.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        FloatBuffer target = into.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        for (int i = 0; i < target.limit(); i++) {
            target.put(i, target.get(i) + source.get(i));
        }
    }

    private void reserve(int bytes) {
        if (scratch.capacity() < bytes) {
            scratch = ByteBuffer.allocateDirect(bytes);
        }
    }

    void breakUp(RingBroken why) {
        previous.breakUp(why);
        next.breakUp(why);
    }

    @Override
    public void close() {
        Thread other = Thread.startVirtualThread(previous::close);
        next.close();
        try {
            other.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
