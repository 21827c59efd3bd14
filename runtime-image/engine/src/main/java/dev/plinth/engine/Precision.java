package dev.plinth.engine;

/** How a decoder's matrices are kept and multiplied. */
public enum Precision {
    /** 32-bit floats, as the trainer computes. */
    FLOAT32,
    /** 16-bit floats of the range of 32-bit ones; keys and values too. Meant for GPUs: few CPUs multiply them fast. */
    BFLOAT16,
    /** 8-bit integers: weights with one scale an output, activations with one scale a token. CPUs only. */
    INT8;

    /** What a device computes fastest without losing quality. */
    public static Precision bestOn(Device device) {
        return device == Device.CUDA ? BFLOAT16 : INT8;
    }

    /** @throws IllegalArgumentException if a device cannot compute so; the message says what to do */
    public void checkOn(Device device) {
        if (this == INT8 && device == Device.CUDA) {
            throw new IllegalArgumentException(
                    "8-bit integers are computed by routines of CPUs only: on a GPU, ask for bfloat16 (the default there) or float32");
        }
    }
}
