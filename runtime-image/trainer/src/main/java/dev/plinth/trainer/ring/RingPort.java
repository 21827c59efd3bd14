package dev.plinth.trainer.ring;

import dev.plinth.trainer.ring.Hello.Answer;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where rings form. Each rank listens for the previous rank and connects to the next one; the ring stands when every rank
 * has both. Connections name gang, size, rank and generation, so that a stranger or a member of an older formation cannot
 * join. {@link #advance} breaks the ring of an older generation; a previous rank that connects anew (its process was
 * restarted) breaks the ring too, because the restarted process has lost its state.
 */
public final class RingPort implements AutoCloseable {
    private static final Duration HANDSHAKE = Duration.ofSeconds(2);
    private static final Duration RETRY = Duration.ofMillis(200);

    private final String gang;
    private final int rank;
    private final int size;
    private final Duration silence;
    private final Consumer<String> log;
    private final ServerSocketChannel server;

    private long generation;
    /** A connection of the previous rank that no ring uses yet. */
    private @Nullable Link arrived;

    private Consumer<RingBroken> current = why -> {};

    /**
     * Begins to listen.
     *
     * @param silence how long a neighbour may give no sign of life before it counts as lost
     * @param log takes a line about each connection refused
     */
    public RingPort(
            InetSocketAddress bind,
            String gang,
            int rank,
            int size,
            long generation,
            Duration silence,
            Consumer<String> log)
            throws IOException {
        this.gang = gang;
        this.rank = rank;
        this.size = size;
        this.generation = generation;
        this.silence = silence;
        this.log = log;
        this.server = ServerSocketChannel.open();
        server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        server.bind(bind);
        Thread.ofPlatform().daemon().name("ring port").start(this::accept);
    }

    /** The port that is listened on. */
    public int port() {
        return server.socket().getLocalPort();
    }

    public synchronized long generation() {
        return generation;
    }

    /** Goes over to a newer generation and breaks what belongs to an older one; an older or equal one changes nothing. */
    public synchronized void advance(long newer) {
        if (newer <= generation) {
            return;
        }
        generation = newer;
        RingBroken why = new RingBroken("generation %d of the gang forms".formatted(newer), Set.of());
        current.accept(why);
        dropArrived(why);
        notifyAll();
    }

    /**
     * Waits until both neighbours of the present generation are connected.
     *
     * @param next where the next rank listens, asked again before each try; empty while unknown
     * @param cancelled asked often; true ends the wait
     * @throws RingBroken if a newer generation begins meanwhile, or the wait is cancelled
     */
    public Collective form(Supplier<Optional<InetSocketAddress>> next, BooleanSupplier cancelled)
            throws RingBroken, InterruptedException {
        long mine = generation();
        @Nullable Link outgoing = null;
        while (true) {
            if (size > 1 && (outgoing == null || !outgoing.isOpen())) {
                outgoing = next.get().map(address -> connect(address, mine)).orElse(null);
            }
            try {
                if (cancelled.getAsBoolean()) {
                    throw new RingBroken("forming was cancelled", Set.of());
                }
                Optional<Collective> formed = join(mine, outgoing);
                if (formed.isPresent()) {
                    return formed.get();
                }
            } catch (RingBroken | InterruptedException e) {
                if (outgoing != null) {
                    outgoing.breakUp(new RingBroken("forming was given up", Set.of()));
                }
                throw e;
            }
        }
    }

    /** The ring, if both neighbours are there within a short wait. */
    private synchronized Optional<Collective> join(long mine, @Nullable Link outgoing)
            throws RingBroken, InterruptedException {
        requireGeneration(mine);
        if (size == 1) {
            Alone alone = new Alone();
            current = alone::breakUp;
            return Optional.of(alone);
        }
        Link incoming = arrived;
        if (outgoing != null && outgoing.isOpen() && incoming != null && incoming.isOpen()) {
            arrived = null;
            Ring ring = new Ring(rank, size, incoming, outgoing);
            current = ring::breakUp;
            return Optional.of(ring);
        }
        wait(RETRY.toMillis());
        requireGeneration(mine);
        return Optional.empty();
    }

    private void requireGeneration(long mine) throws RingBroken {
        if (generation != mine) {
            throw new RingBroken("generation %d of the gang forms".formatted(generation), Set.of());
        }
    }

    /** Connects and says hello; null if the next rank is not there or not ready. */
    private @Nullable Link connect(InetSocketAddress address, long mine) {
        SocketChannel channel = null;
        try {
            channel = SocketChannel.open();
            channel.socket().connect(address, (int) HANDSHAKE.toMillis());
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.socket().setSoTimeout((int) HANDSHAKE.toMillis());
            new Hello(gang, mine, rank, size)
                    .write(new DataOutputStream(channel.socket().getOutputStream()));
            int answer = channel.socket().getInputStream().read();
            if (answer == Answer.WELCOME.ordinal()) {
                return new Link(channel, (rank + 1) % size, silence);
            }
            if (answer >= 0) {
                log.accept(
                        "rank %d at %s refuses us: %s".formatted((rank + 1) % size, address, Answer.values()[answer]));
            }
        } catch (IOException | RuntimeException e) {
            // Not there yet: tried again.
        }
        close(channel);
        return null;
    }

    private void accept() {
        while (server.isOpen()) {
            try {
                SocketChannel channel = server.accept();
                Thread.ofPlatform().daemon().name("greet").start(() -> greet(channel));
            } catch (IOException e) {
                // Closed, or this one connection failed.
                LockSupport.parkNanos(RETRY.toNanos());
            }
        }
    }

    private void greet(SocketChannel channel) {
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.socket().setSoTimeout((int) HANDSHAKE.toMillis());
            Optional<Hello> hello =
                    Hello.read(new DataInputStream(channel.socket().getInputStream()));
            if (hello.isPresent()) {
                greet(channel, hello.get());
                return;
            }
        } catch (IOException e) {
            // Not a rank, or gone.
        }
        close(channel);
    }

    private synchronized void greet(SocketChannel channel, Hello hello) throws IOException {
        Answer answer = new Hello(gang, generation, rank, size).answer(hello);
        channel.write(ByteBuffer.wrap(new byte[] {(byte) answer.ordinal()}));
        if (answer != Answer.WELCOME) {
            log.accept("refused %s: %s".formatted(hello, answer));
            close(channel);
            return;
        }
        RingBroken anew = new RingBroken("rank %d connected anew".formatted(hello.rank()), Set.of());
        current.accept(anew);
        dropArrived(anew);
        arrived = new Link(channel, hello.rank(), silence);
        notifyAll();
    }

    private void dropArrived(RingBroken why) {
        if (arrived != null) {
            arrived.breakUp(why);
            arrived = null;
        }
    }

    private static void close(@Nullable SocketChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // Closed is what it should be.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
