package dev.plinth.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What stands ready for libtorch. DJL would choose by a CUDA runtime that it looks for itself, and an image for CUDA must start on a
 * node without a GPU too, where the part of libtorch that needs the driver cannot be loaded.
 *
 * @param inFolder whether libtorch lies unpacked in a folder, as in an image, and not on the class path
 * @param forCuda whether it was built for CUDA
 * @param driver whether NVIDIA's driver is there, as it is in containers that were given a GPU
 */
record TorchLibraries(boolean inFolder, boolean forCuda, boolean driver) {
    /** DJL's name of its binding to libtorch with CUDA; works with any build of the same version for CUDA 12. */
    private static final String CUDA_BINDING = "cu128";

    static TorchLibraries here() {
        Optional<Path> folder = Optional.ofNullable(System.getenv("PYTORCH_LIBRARY_PATH"))
                .or(() -> Optional.ofNullable(System.getProperty("PYTORCH_LIBRARY_PATH")))
                .map(Path::of);
        return new TorchLibraries(
                folder.isPresent(),
                folder.filter(path -> Files.exists(path.resolve("libtorch_cuda.so")))
                        .isPresent(),
                CudaDriver.present());
    }

    /** Which binding DJL is to load; none where it finds libtorch on the class path and knows. */
    Optional<String> flavour() {
        return inFolder ? Optional.of(forCuda && driver ? CUDA_BINDING : "cpu") : Optional.empty();
    }

    /**
     * Why there is no GPU to compute on where one might be expected.
     *
     * @param usable what libtorch says once it is loaded
     */
    Optional<String> obstacle(boolean usable) {
        if (usable) {
            return Optional.empty();
        }
        if (forCuda) {
            return Optional.of(
                    driver
                            ? "libtorch finds no GPU that it can use; nvidia-smi in the container says what is there"
                            : "there is no NVIDIA driver (libcuda.so.1): the container was given no GPU");
        }
        return driver
                ? Optional.of(
                        "this libtorch is one for CPUs, though there is an NVIDIA driver: use the image built for CUDA")
                : Optional.empty();
    }
}
