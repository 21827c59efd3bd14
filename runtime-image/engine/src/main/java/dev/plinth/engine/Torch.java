package dev.plinth.engine;

import ai.djl.engine.Engine;
import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.jni.JniUtils;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;
import java.util.concurrent.FutureTask;

/** Starts libtorch under DJL, once a process. */
public final class Torch {
    private static final Logger LOG = System.getLogger(Torch.class.getName());
    private static final String NAME = "PyTorch";

    private Torch() {}

    /** Begins to start the engine, which takes a second, on a thread of its own; if it cannot, {@link #start} says why. */
    static void begin() {
        Thread.ofPlatform().daemon().name("libtorch").start(new FutureTask<>(Torch::engine));
    }

    /**
     * Starts the engine if it does not run yet, and opens a manager of arrays in the CPU's memory.
     *
     * @param threads threads of one operation. More threads than the process has cores slow it down many times; small
     *     models gain nothing from a second one
     */
    public static NDManager start(int threads) {
        return start(threads, Device.CPU);
    }

    /** Starts the engine if it does not run yet, and opens a manager of arrays on a device. */
    public static NDManager start(int threads, Device device) {
        engine();
        JniUtils.setNumThreads(threads);
        return NDManager.newBaseManager(device == Device.CUDA ? ai.djl.Device.gpu() : ai.djl.Device.cpu(), NAME);
    }

    /**
     * The device to compute on, and says in the log if that is not the one to be expected.
     *
     * @param asked none: the GPU if there is one that libtorch can use
     * @throws IllegalArgumentException if the GPU was asked for and cannot be used; the message says why
     */
    public static Device device(Optional<Device> asked) {
        if (asked.equals(Optional.of(Device.CPU))) {
            return Device.CPU;
        }
        boolean usable = engine().hasCapability(StandardCapabilities.CUDA);
        Optional<String> obstacle = TorchLibraries.here().obstacle(usable);
        if (asked.isPresent() && !usable) {
            throw new IllegalArgumentException(
                    "a GPU was asked for (PLINTH_DEVICE), but " + obstacle.orElseGet(() -> "there is none"));
        }
        obstacle.ifPresent(reason -> LOG.log(Level.WARNING, "computing on the CPU: {0}", reason));
        return usable ? Device.CUDA : Device.CPU;
    }

    /** Threads of one operation from now on, on threads that have not computed yet. */
    static void setThreads(int threads) {
        JniUtils.setNumThreads(threads);
    }

    private static Engine engine() {
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        System.setProperty("OPT_OUT_TRACKING", "true"); // DJL reports its use otherwise
        System.setProperty("ai.djl.offline", "true"); // libraries come with the image, never from the network
        TorchLibraries.here().flavour().ifPresent(flavour -> System.setProperty("PYTORCH_FLAVOR", flavour));
        return Engine.getEngine(NAME);
    }
}
