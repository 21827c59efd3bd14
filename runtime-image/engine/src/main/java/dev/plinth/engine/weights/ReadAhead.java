package dev.plinth.engine.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/**
 * Has the system read a file's tensors, on a thread of its own, before they are loaded: a disk that is asked only when somebody waits
 * for the answer stands still while numbers are converted. No further ahead than some bytes, which are in the page cache meanwhile.
 */
public final class ReadAhead implements AutoCloseable {
    private static final int UNIT = 1 << 20;

    private final TensorFile file;
    private final int units;
    private final Semaphore free;
    private final ExecutorService reader = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("read-ahead").factory());

    /**
     * Begins to read.
     *
     * @param file stays the caller's, open until this is closed
     * @param names in the order in which they will be loaded, more or less
     * @param bytes how far ahead; a tensor that is larger is read when it is the next
     */
    public ReadAhead(TensorFile file, List<String> names, long bytes) {
        this.file = file;
        this.units = (int) Math.ceilDiv(bytes, UNIT);
        this.free = new Semaphore(units);
        reader.execute(() -> read(names));
    }

    /** Loads a tensor as its file does. */
    public NDArray load(String name, NDManager manager) {
        try {
            return file.load(name, manager);
        } finally {
            free.release(units(name));
        }
    }

    private void read(List<String> names) {
        try {
            for (String name : names) {
                free.acquire(units(name));
                file.tensor(name).data().load();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed: nobody waits for the others
        } catch (InternalError cutShort) {
            // The file has become shorter; who loads the tensor meets the same.
        }
    }

    private int units(String name) {
        return (int) Math.min(units, Math.ceilDiv(file.tensor(name).data().byteSize(), UNIT));
    }

    /** Ends the reading; afterwards the file may be closed. */
    @Override
    public void close() {
        reader.shutdownNow();
        reader.close();
    }
}
