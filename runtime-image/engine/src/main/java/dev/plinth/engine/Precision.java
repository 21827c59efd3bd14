package dev.plinth.engine;

/** How a decoder's matrices are kept and multiplied. */
public enum Precision {
    /** 32-bit floats, as the trainer computes. */
    FLOAT32,
    /** 8-bit integers: weights with one scale an output, activations with one scale a token. */
    INT8
}
