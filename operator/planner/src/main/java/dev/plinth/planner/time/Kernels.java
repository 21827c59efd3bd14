package dev.plinth.planner.time;

import dev.plinth.planner.hardware.Accelerator;
import dev.plinth.planner.hardware.Precision;

/** Seconds of one kernel on one accelerator. */
record Kernels(
        Accelerator accelerator, Precision precision, double peak, double sixteenBitPeak, Calibration calibration) {
    /** Start and end of a kernel, when the processors are not full; NVIDIA GPUs take 2 to 4 µs. */
    private static final double RAMP_SECONDS = 3e-6;

    /** Depth of a product that costs as much as filling and draining the pipeline of a tile. */
    private static final double TILE_OVERHEAD_DEPTH = 96;

    private static final double MOST_PIECES = 8;

    /** Tiles that libraries choose from, largest first: rows, columns, and the rate relative to the largest. */
    private static final double[][] TILES = {{256, 128, 1}, {128, 128, 0.93}, {64, 64, 0.6}};

    static Kernels of(Accelerator accelerator, Precision precision, Calibration calibration) {
        var peak = accelerator
                .peak(precision)
                .orElseThrow(() -> new IllegalArgumentException("%s does not compute in %s; it does in %s"
                        .formatted(
                                accelerator.name(),
                                precision,
                                accelerator.peakFlops().keySet())));
        var sixteen = accelerator.peak(Precision.BF16).orElse(peak);
        return new Kernels(accelerator, precision, peak, Math.min(peak, sixteen), calibration);
    }

    /** A product of rows x depth and depth x columns: whole waves of tiles, or the time to read and write it if that is longer. */
    double matmul(double rows, double columns, double depth) {
        return batchedMatmul(1, rows, columns, depth, peak * calibration.matmul(), precision.bytes());
    }

    /** Products of so many tokens with weights kept in fewer bytes than they are multiplied in. */
    double packedMatmul(double experts, double rows, double columns, double depth, double weightBytes) {
        var rate = peak * calibration.matmul() * (experts > 1 ? calibration.grouped() : 1);
        return batchedMatmul(experts, rows, columns, depth, rate, weightBytes);
    }

    /** Equal products of one expert each, started together. */
    double groupedMatmul(double experts, double rows, double columns, double depth) {
        var rate = peak * calibration.matmul() * calibration.grouped();
        return batchedMatmul(experts, rows, columns, depth, rate, precision.bytes());
    }

    /** Independent products of one size in sixteen bits, as attention in several kernels makes them. */
    double sixteenBitMatmuls(double batch, double rows, double columns, double depth) {
        return batchedMatmul(batch, rows, columns, depth, sixteenBitPeak * calibration.sixteenBitMatmul(), 2);
    }

    private double batchedMatmul(
            double batch, double rows, double columns, double depth, double rate, double elementBytes) {
        if (rows <= 0) {
            return 0;
        }
        var processors = accelerator.processors();
        var best = Double.POSITIVE_INFINITY;
        for (var tile : TILES) {
            var tiles = batch * Math.ceil(rows / tile[0]) * Math.ceil(columns / tile[1]);
            // Where there are fewer tiles than processors, libraries share the depth of a tile among several.
            var pieces = Math.clamp(Math.floor(processors / tiles), 1, MOST_PIECES);
            var work = depth / pieces + TILE_OVERHEAD_DEPTH;
            var perTile = 2 * tile[0] * tile[1] * work / (rate / processors * tile[2]);
            tiles *= pieces;
            best = Math.min(best, Math.ceil(tiles / processors) * perTile);
        }
        var moved = batch * ((rows + columns) * depth * elementBytes + rows * columns * 2);
        return Math.max(best, moved / memoryRate()) + RAMP_SECONDS;
    }

    /** Fused attention: half of the scores are masked away. */
    double fusedAttention(double flops) {
        var rate = sixteenBitPeak * calibration.sixteenBitMatmul() * calibration.attention();
        return flops / 2 / rate + RAMP_SECONDS;
    }

    /** A kernel that reads and writes so many bytes and computes little. */
    double elementwise(double bytes) {
        return bytes / memoryRate();
    }

    private double memoryRate() {
        return accelerator.memoryBytesPerSecond() * calibration.memory();
    }
}
