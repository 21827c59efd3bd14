package dev.plinth.planner.time;

import dev.plinth.planner.hardware.Precision;

/**
 * What one generation of accelerators reaches of its data sheet.
 *
 * @param matmul16 share of the dense peak of large products, sixteen bits and more
 * @param matmul8 the same in eight bits
 * @param matmul4 the same in four bits
 * @param scaleUp share of the fast link's bandwidth that collectives reach
 * @param network share of the network's bandwidth that collectives reach
 * @param measured whether a table of this generation is among those fitted; if not, the error band is wide
 */
public record Hardware(
        double matmul16, double matmul8, double matmul4, double scaleUp, double network, boolean measured) {
    /** Share of the dense peak of large products in this precision. */
    public double matmul(Precision precision) {
        return precision.bytes() >= 2 ? matmul16 : precision.bytes() >= 1 ? matmul8 : matmul4;
    }
}
