package dev.plinth.engine;

/** Where a model is computed. */
public enum Device {
    CPU,
    /** The process's first GPU. */
    CUDA
}
