package dev.plinth.planner.layout;

/** Which activations are thrown away after the forward pass and computed again for the backward pass. */
public enum Recompute {
    /** None. */
    NONE,
    /** Those that are large and cheap (2205.05198): the attention's scores; in FSDP, every second matrix product. */
    SELECTIVE,
    /** All but each layer's input. */
    FULL
}
