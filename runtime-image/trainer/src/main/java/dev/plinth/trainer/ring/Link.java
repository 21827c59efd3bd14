package dev.plinth.trainer.ring;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One TCP connection to a neighbour in the ring. Both ends send a sign of life several times within the allowed silence,
 * also while they compute, so that a neighbour whose machine vanished without a farewell packet is noticed.
 *
 * <p>Wire format: frames of one byte for the kind, four for the length, and the payload. A message of {@link #send} is one
 * or more {@code DATA} frames; {@link #receive} takes exactly one message, whose length both ends know.
 */
final class Link implements AutoCloseable {
    private static final byte DATA = 1;
    private static final byte ALIVE = 2;
    /** Payload: the ranks to blame, four bytes each. */
    private static final byte BROKEN = 3;
    /** All is sent; the end of the stream is not a loss. */
    private static final byte BYE = 4;

    private static final int HEADER = 5;
    /** Longest frame: short enough for signs of life to pass between frames. */
    private static final int FRAME = 256 * 1024;

    private static final int SIGNS_PER_SILENCE = 6;

    private final SocketChannel channel;
    private final int peer;
    private final Duration silence;
    private final ReentrantLock writing = new ReentrantLock();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile long lastHeard = System.nanoTime();
    /** True while data waits for {@link #receive}: then silence is ours, not the peer's. */
    private volatile boolean handingOver;

    private volatile boolean finished;
    private final CountDownLatch drained = new CountDownLatch(1);
    private volatile @Nullable RingBroken broken;
    private @Nullable ByteBuffer target;
    private Consumer<RingBroken> onBroken = why -> {};

    /** @param channel connected, blocking, past its handshake */
    Link(SocketChannel channel, int peer, Duration silence) {
        this.channel = channel;
        this.peer = peer;
        this.silence = silence;
        start("read from rank " + peer, this::read);
        start("sign of life to rank " + peer, this::signLife);
        start("watch rank " + peer, this::watch);
    }

    /** Platform threads: signs of life must not wait for carriers that others block. */
    private static void start(String name, Runnable task) {
        Thread.ofPlatform().daemon().name(name).start(task);
    }

    /** Who is told when the link breaks; at once if it has. */
    void onBroken(Consumer<RingBroken> listener) {
        RingBroken already;
        lock.lock();
        try {
            onBroken = listener;
            already = broken;
        } finally {
            lock.unlock();
        }
        if (already != null) {
            listener.accept(already);
        }
    }

    boolean isOpen() {
        return broken == null && !finished;
    }

    /** Sends one message; returns when the operating system has taken it. */
    void send(ByteBuffer message) throws RingBroken {
        ByteBuffer rest = message.duplicate();
        do {
            int length = Math.min(FRAME, rest.remaining());
            write(DATA, rest.slice(rest.position(), length));
            rest.position(rest.position() + length);
        } while (rest.hasRemaining());
    }

    /** Waits for one message that fills {@code into}. */
    void receive(ByteBuffer into) throws RingBroken {
        lock.lock();
        try {
            target = into;
            changed.signalAll();
            while (target != null) {
                RingBroken why = broken;
                if (why != null) {
                    throw why;
                }
                if (finished) {
                    throw new RingBroken("rank " + peer + " left the ring", Set.of(peer));
                }
                changed.awaitUninterruptibly();
            }
        } finally {
            target = null;
            lock.unlock();
        }
    }

    private void read() {
        ByteBuffer header = ByteBuffer.allocateDirect(HEADER);
        try {
            while (channel.isOpen()) {
                fill(header.clear());
                int length = header.getInt(1);
                switch (header.get(0)) {
                    case DATA -> take(length);
                    case ALIVE -> {}
                    case BROKEN -> breakUp(brokenElsewhere(length));
                    case BYE -> finish();
                    default -> throw new IOException("sent an unknown frame");
                }
            }
        } catch (IOException e) {
            breakUp(new RingBroken("lost rank %d: %s".formatted(peer, reason(e)), Set.of(peer)));
        } finally {
            drained.countDown();
        }
    }

    private void take(int length) throws IOException {
        ByteBuffer into = awaitTarget();
        if (into == null) {
            fill(ByteBuffer.allocate(length));
            return;
        }
        if (length > into.remaining()) {
            throw new IOException("sent %d bytes where %d were expected".formatted(length, into.remaining()));
        }
        ByteBuffer frame = into.slice(into.position(), length);
        fill(frame);
        lock.lock();
        try {
            into.position(into.position() + length);
            if (!into.hasRemaining()) {
                target = null;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Where the next data belongs, once somebody waits for it; null if nobody ever will. */
    private @Nullable ByteBuffer awaitTarget() {
        lock.lock();
        try {
            handingOver = true;
            while (target == null && isOpen()) {
                changed.awaitUninterruptibly();
            }
            return isOpen() ? target : null;
        } finally {
            lastHeard = System.nanoTime();
            handingOver = false;
            lock.unlock();
        }
    }

    private RingBroken brokenElsewhere(int length) throws IOException {
        ByteBuffer ranks = ByteBuffer.allocate(length);
        fill(ranks);
        ranks.flip();
        Set<Integer> suspects = new TreeSet<>();
        while (ranks.hasRemaining()) {
            suspects.add(ranks.getInt());
        }
        return new RingBroken(
                suspects.isEmpty() ? "rank %d left to re-form".formatted(peer) : "lost rank(s) " + suspects, suspects);
    }

    private void fill(ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new EOFException("it closed the connection");
            }
            lastHeard = System.nanoTime();
        }
    }

    private void signLife() {
        try {
            while (isOpen()) {
                write(ALIVE, ByteBuffer.allocate(0));
                pause();
            }
        } catch (RingBroken e) {
            // Said by breakUp already.
        }
    }

    private void watch() {
        long lastLook = System.nanoTime();
        while (isOpen()) {
            pause();
            long now = System.nanoTime();
            if (now - lastLook > silence.toNanos() / 2) {
                // This process itself stood still (paused, or starved of CPU): the peer gets its time again.
                lastHeard = now;
            }
            lastLook = now;
            if (!handingOver && now - lastHeard > silence.toNanos()) {
                breakUp(new RingBroken(
                        "rank %d has been silent for %.1f s".formatted(peer, (now - lastHeard) / 1e9), Set.of(peer)));
            }
        }
    }

    private void pause() {
        LockSupport.parkNanos(silence.toNanos() / SIGNS_PER_SILENCE);
    }

    private void write(byte kind, ByteBuffer payload) throws RingBroken {
        writing.lock();
        try {
            writeFrame(kind, payload);
        } catch (IOException e) {
            RingBroken why = new RingBroken("lost rank %d: %s".formatted(peer, reason(e)), Set.of(peer));
            breakUp(why);
            RingBroken first = broken;
            throw first == null ? why : first;
        } finally {
            writing.unlock();
        }
    }

    private void writeFrame(byte kind, ByteBuffer payload) throws IOException {
        ByteBuffer[] frame = {
            ByteBuffer.allocate(HEADER).put(0, kind).putInt(1, payload.remaining()), payload.duplicate()
        };
        while (frame[0].hasRemaining() || frame[1].hasRemaining()) {
            channel.write(frame);
        }
    }

    /** Breaks this link; the peer is told whom to blame, if it still listens. The first reason stays. */
    void breakUp(RingBroken why) {
        Consumer<RingBroken> listener;
        lock.lock();
        try {
            if (broken != null || finished) {
                return;
            }
            broken = why;
            listener = onBroken;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        listener.accept(why);
        Thread.startVirtualThread(() -> leave(BROKEN, ranks(why.suspects())));
    }

    private void finish() {
        lock.lock();
        try {
            finished = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        if (broken == null) {
            finish();
            leave(BYE, ByteBuffer.allocate(0));
        }
    }

    /**
     * Says a last word if the channel takes it soon, then reads until the peer closes too: closing a socket with unread
     * bytes would reset the connection and lose the last word.
     */
    private void leave(byte lastWord, ByteBuffer payload) {
        Thread limit = Thread.startVirtualThread(() -> {
            for (int i = 0; i < SIGNS_PER_SILENCE / 2; i++) {
                pause();
            }
            closeChannel();
        });
        try {
            if (writing.tryLock(silence.toMillis() / SIGNS_PER_SILENCE, TimeUnit.MILLISECONDS)) {
                try {
                    writeFrame(lastWord, payload);
                    channel.shutdownOutput();
                } finally {
                    writing.unlock();
                }
                drained.await();
            }
        } catch (IOException e) {
            // The peer is gone; there is nobody to tell.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            limit.interrupt();
            closeChannel();
        }
    }

    private void closeChannel() {
        try {
            channel.close();
        } catch (IOException e) {
            // Closed is what it should be.
        }
    }

    private static ByteBuffer ranks(Set<Integer> suspects) {
        ByteBuffer ranks = ByteBuffer.allocate(suspects.size() * Integer.BYTES);
        suspects.forEach(ranks::putInt);
        return ranks.flip();
    }

    private static String reason(IOException e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}
