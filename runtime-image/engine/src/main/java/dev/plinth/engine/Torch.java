package dev.plinth.engine;

import ai.djl.engine.StandardCapabilities;
import ai.djl.ndarray.NDManager;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;

/** Starts libtorch under DJL, once a process. */
public final class Torch {
    private static final Logger LOG = System.getLogger(Torch.class.getName());
    private static final String ENGINE = "PyTorch";

    private Torch() {}

    /**
     * Starts the engine if it does not run yet, and opens a manager of arrays in the CPU's memory.
     *
     * @param threads threads of one operation; has an effect only before the first start. More threads than the process
     *     has cores slow it down many times; small models gain nothing from a second one
     */
    public static NDManager start(int threads) {
        return start(threads, Device.CPU);
    }

    /** Starts the engine if it does not run yet, and opens a manager of arrays on a device. */
    public static NDManager start(int threads, Device device) {
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        System.setProperty("OPT_OUT_TRACKING", "true"); // DJL reports its use otherwise
        System.setProperty("ai.djl.offline", "true"); // libraries come with the image, never from the network
        TorchLibraries.here().flavour().ifPresent(flavour -> System.setProperty("PYTORCH_FLAVOR", flavour));
        return NDManager.newBaseManager(device == Device.CUDA ? ai.djl.Device.gpu() : ai.djl.Device.cpu(), ENGINE);
    }

    /**
     * The device to compute on, and says in the log if that is not the one to be expected.
     *
     * @param threads as in {@link #start}
     * @param asked none: the GPU if there is one that libtorch can use
     * @throws IllegalArgumentException if the GPU was asked for and cannot be used; the message says why
     */
    public static Device device(int threads, Optional<Device> asked) {
        if (asked.equals(Optional.of(Device.CPU))) {
            return Device.CPU;
        }
        start(threads).close();
        boolean usable = ai.djl.engine.Engine.getEngine(ENGINE).hasCapability(StandardCapabilities.CUDA);
        Optional<String> obstacle = TorchLibraries.here().obstacle(usable);
        if (asked.isPresent() && !usable) {
            throw new IllegalArgumentException(
                    "a GPU was asked for (PLINTH_DEVICE), but " + obstacle.orElseGet(() -> "there is none"));
        }
        obstacle.ifPresent(reason -> LOG.log(Level.WARNING, "computing on the CPU: {0}", reason));
        return usable ? Device.CUDA : Device.CPU;
    }
}
