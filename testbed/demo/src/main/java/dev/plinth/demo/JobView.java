package dev.plinth.demo;

import java.util.List;
import java.util.Optional;

/** What one look at the cluster shows of a training job; made of plain values so that drawing it needs no cluster. */
record JobView(
        String name,
        Optional<Step> step,
        int generation,
        String domain,
        List<Worker> workers,
        Optional<Long> checkpointStep,
        String state,
        String now) {

    /** The newest reported step. */
    record Step(long done, long total, double loss, long tokensPerSecond) {}

    /** One worker: its pod, its node and where that is. */
    record Worker(int index, String pod, String node, String place, String state) {}
}
