package dev.plinth.trainer;

import dev.plinth.trainer.TrainingFailure.Exit;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A wish to end at the next step border with a checkpoint, as a termination signal makes it. */
final class StopRequest {
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean made;
    private volatile Exit exit = Exit.INTERNAL;

    boolean made() {
        return made;
    }

    /** Makes the wish and waits until training has ended; empty-handed after the limit. */
    Exit make(Duration limit) throws InterruptedException {
        made = true;
        if (!ended.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            return Exit.TERMINATED;
        }
        return exit;
    }

    /** Training has ended, so nobody need wait any longer. */
    void ended(Exit how) {
        exit = how;
        ended.countDown();
    }
}
