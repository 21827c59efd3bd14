package dev.plinth.testbed.cli;

import dev.plinth.testbed.Progress;
import dev.plinth.testbed.TestbedException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What happens while a cluster comes up, told to everyone who follows, from the beginning. */
final class Startup implements Progress {
    private final List<String> told = new ArrayList<>();
    private boolean over;
    private volatile boolean cancelled;
    private Optional<String> failure = Optional.empty();
    private int listeners;

    /** From now on whoever tells of progress is stopped by an exception. */
    void cancel() {
        cancelled = true;
    }

    @Override
    public synchronized void done(String line) {
        System.out.println(line);
        requireWanted();
        if (!over) {
            tell(ControlSocket.DONE + line);
        }
    }

    @Override
    public synchronized void now(String line) {
        requireWanted();
        if (!over) {
            tell(ControlSocket.NOW + line);
        }
    }

    synchronized void succeed() {
        over = true;
        notifyAll();
    }

    synchronized void fail(String line) {
        failure = Optional.of(line);
        succeed();
    }

    /** Repeats what was told and goes on until the cluster is up. */
    void follow(PrintWriter out) throws InterruptedException {
        for (int next = 0; ; next++) {
            String line;
            synchronized (this) {
                while (next == told.size() && !over) {
                    wait();
                }
                if (next == told.size()) {
                    break;
                }
                line = told.get(next);
            }
            out.println(line);
        }
        synchronized (this) {
            listeners++;
            notifyAll();
            if (failure.isPresent()) {
                throw new TestbedException(failure.get());
            }
        }
    }

    synchronized void awaitToldOnce(long time, TimeUnit unit) throws InterruptedException {
        if (listeners == 0) {
            wait(unit.toMillis(time));
        }
    }

    private void requireWanted() {
        if (cancelled && !over) {
            throw new TestbedException("ended while it came up");
        }
    }

    private void tell(String line) {
        told.add(line.replace('\n', ' '));
        notifyAll();
    }
}
