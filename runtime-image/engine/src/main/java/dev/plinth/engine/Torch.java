package dev.plinth.engine;

import ai.djl.ndarray.NDManager;

/** Starts libtorch under DJL, once a process. */
public final class Torch {
    private Torch() {}

    /**
     * Starts the engine if it does not run yet, and opens a manager.
     *
     * @param threads threads of one operation; has an effect only before the first start. More threads than the process
     *     has cores slow it down many times; small models gain nothing from a second one
     */
    public static NDManager start(int threads) {
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        System.setProperty("OPT_OUT_TRACKING", "true"); // DJL reports its use otherwise
        System.setProperty("ai.djl.offline", "true"); // libraries come with the image, never from the network
        return NDManager.newBaseManager("PyTorch");
    }
}
