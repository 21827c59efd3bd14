package dev.plinth.engine.storage;

import dev.plinth.engine.scheduling.BlockKey;
import dev.plinth.engine.scheduling.BlockTier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;

/**
 * Contents of blocks in a file of bounded size; the longest unused gives its place. Its warm part lies in the system's page cache, so
 * memory that nobody else needs is used without being taken from anybody.
 *
 * <p>The file has no name: it is deleted as soon as it is open, and the system frees it when the process ends, however that happens.
 * Each content stands behind its key and a digest; one that is damaged, cut short or another's is not there. That guards against broken
 * disks, not against who can write to the memory or files of this process.
 *
 * <p>Contents are written on a thread of its own. If that does not keep up, what comes is not kept.
 */
public final class BlockFile implements BlockTier, AutoCloseable {
    private static final int WAITING = 64;
    private static final int HEADER = 3 * Long.BYTES;

    private final FileChannel file;
    private final int placeBytes;
    private final int places;
    /** Places by content, the longest unused first. */
    private final SequencedMap<BlockKey, Integer> kept = new LinkedHashMap<>();

    private final BitSet taken = new BitSet();
    private final ThreadPoolExecutor writer = new ThreadPoolExecutor(
            1,
            1,
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(WAITING),
            Thread.ofPlatform().name("blocks").daemon().factory());
    private long saved;
    private long refused;
    private long damaged;

    /**
     * What has happened so far, in blocks.
     *
     * @param kept that can be fetched back now
     * @param saved that were written
     * @param refused that were not, since the disk did not keep up or failed
     * @param damaged that could not be read as they were written
     */
    public record Counts(int kept, long saved, long refused, long damaged) {}

    BlockFile(FileChannel file, long mostBytes, long blockBytes) {
        this.file = file;
        this.placeBytes = Math.toIntExact(placeBytes(blockBytes));
        this.places = (int) Math.min(Integer.MAX_VALUE, mostBytes / placeBytes);
        if (places < 1) {
            throw new IllegalArgumentException(
                    "a file of %d bytes holds no block of %d bytes".formatted(mostBytes, blockBytes));
        }
    }

    /** What a content of so many bytes takes. */
    public static long placeBytes(long blockBytes) {
        return HEADER + blockBytes;
    }

    /**
     * Makes the file.
     *
     * @param folder where there is room for it
     * @param mostBytes it may take
     * @param blockBytes of one content
     * @throws IOException if the folder cannot be written to
     */
    public static BlockFile in(Path folder, long mostBytes, long blockBytes) throws IOException {
        Path path = Files.createTempFile(folder, "blocks", ".kv"); // only its owner may read it
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Files.delete(path);
        return new BlockFile(channel, mostBytes, blockBytes);
    }

    @Override
    public synchronized boolean holds(BlockKey key) {
        return kept.containsKey(key);
    }

    /** Keeps a content, or does not. */
    public void save(BlockKey key, byte[] content) {
        try {
            writer.execute(() -> write(key, content));
        } catch (RejectedExecutionException e) {
            refuse();
        }
    }

    /** A content; if it is not there as it was saved, it is forgotten. */
    public Optional<byte[]> fetch(BlockKey key) {
        Optional<Integer> place = use(key);
        Optional<byte[]> content = place.flatMap(at -> read(key, at));
        if (place.isPresent() && content.isEmpty()) {
            damage(key);
        }
        return content;
    }

    public synchronized Counts counts() {
        return new Counts(kept.size(), saved, refused, damaged);
    }

    private synchronized Optional<Integer> use(BlockKey key) {
        Integer place = kept.remove(key);
        if (place != null) {
            kept.putLast(key, place);
        }
        return Optional.ofNullable(place);
    }

    private void write(BlockKey key, byte[] content) {
        if (holds(key)) {
            return;
        }
        int place = take();
        ByteBuffer bytes = ByteBuffer.allocate(placeBytes);
        bytes.putLong(key.high()).putLong(key.low()).putLong(digest(content)).put(content);
        try {
            transfer(bytes.flip(), place, file::write);
        } catch (IOException e) {
            free(place);
            refuse();
            return;
        }
        synchronized (this) {
            kept.putLast(key, place);
            saved++;
        }
    }

    /** While a place is written to nobody looks for it. */
    private synchronized int take() {
        int free = taken.nextClearBit(0);
        int place = free < places ? free : kept.pollFirstEntry().getValue();
        taken.set(place);
        return place;
    }

    private synchronized void free(int place) {
        taken.clear(place);
    }

    private Optional<byte[]> read(BlockKey key, int place) {
        ByteBuffer bytes = ByteBuffer.allocate(placeBytes);
        try {
            transfer(bytes, place, file::read);
        } catch (IOException e) {
            return Optional.empty();
        }
        bytes.flip();
        if (bytes.remaining() < placeBytes || bytes.getLong() != key.high() || bytes.getLong() != key.low()) {
            return Optional.empty();
        }
        long digest = bytes.getLong();
        byte[] content = new byte[bytes.remaining()];
        bytes.get(content);
        return digest == digest(content) ? Optional.of(content) : Optional.empty();
    }

    @FunctionalInterface
    private interface Transfer {
        int at(ByteBuffer bytes, long position) throws IOException;
    }

    private void transfer(ByteBuffer bytes, int place, Transfer transfer) throws IOException {
        long begin = (long) place * placeBytes;
        int moved = 0;
        while (bytes.hasRemaining() && moved >= 0) {
            moved = transfer.at(bytes, begin + bytes.position());
        }
    }

    private static long digest(byte[] content) {
        CRC32C digest = new CRC32C();
        digest.update(content);
        return digest.getValue();
    }

    private synchronized void damage(BlockKey key) {
        damaged++;
        Integer place = kept.remove(key);
        if (place != null) {
            taken.clear(place);
        }
    }

    private synchronized void refuse() {
        refused++;
    }

    @Override
    public void close() throws IOException {
        writer.shutdownNow();
        file.close();
    }
}
