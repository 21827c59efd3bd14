package dev.plinth.planner.layout;

import java.util.Locale;

/** Which activations are thrown away after the forward pass and computed again for the backward pass. */
public enum Recompute {
    /** None. */
    NONE,
    /** Those that are large and cheap (2205.05198): the attention's scores; in FSDP, every second matrix product. */
    SELECTIVE,
    /** All but each layer's input. */
    FULL;

    @Override
    public String toString() {
        return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
    }
}
