package dev.plinth.engine;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.util.concurrent.FutureTask;

/** Starts libtorch under DJL, once a process. */
public final class Torch {
    private static final String NAME = "PyTorch";

    private Torch() {}

    /** Begins to start the engine, which takes a second, on a thread of its own; if it cannot, {@link #start} says why. */
    static void begin() {
        Thread.ofPlatform().daemon().name("libtorch").start(new FutureTask<>(Torch::engine));
    }

    /**
     * Starts the engine if it does not run yet, and opens a manager.
     *
     * @param threads threads of one operation. More threads than the process has cores slow it down many times; small
     *     models gain nothing from a second one
     */
    public static NDManager start(int threads) {
        engine();
        JniUtils.setNumThreads(threads);
        return NDManager.newBaseManager(NAME);
    }

    /** Threads of one operation from now on, on threads that have not computed yet. */
    static void setThreads(int threads) {
        JniUtils.setNumThreads(threads);
    }

    private static Engine engine() {
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        System.setProperty("OPT_OUT_TRACKING", "true"); // DJL reports its use otherwise
        System.setProperty("ai.djl.offline", "true"); // libraries come with the image, never from the network
        return Engine.getEngine(NAME);
    }
}
