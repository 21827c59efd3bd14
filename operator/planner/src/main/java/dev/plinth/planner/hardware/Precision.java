package dev.plinth.planner.hardware;

/** Format that matrices are multiplied in. */
public enum Precision {
    FP32(4),
    BF16(2),
    FP16(2),
    FP8(1),
    MXFP8(1),
    FP4(0.5),
    INT8(1),
    INT4(0.5);

    private final double bytes;

    Precision(double bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one element, scales left out. */
    public double bytes() {
        return bytes;
    }
}
