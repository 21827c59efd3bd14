package dev.plinth.planner.layout;

/** Where the state of the optimizer lives. */
public enum Offload {
    /** On the accelerator. */
    NONE,
    /** In the host's memory, updated by the host (2101.06840). */
    HOST,
    /** On local NVMe (2104.07857). */
    NVME;

    @Override
    public String toString() {
        return switch (this) {
            case NONE -> "the accelerator";
            case HOST -> "the host";
            case NVME -> "NVMe";
        };
    }
}
