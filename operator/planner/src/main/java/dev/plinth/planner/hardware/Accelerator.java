package dev.plinth.planner.hardware;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One kind of accelerator as its maker describes it.
 *
 * @param name key of the {@link Catalogue}
 * @param memoryBytes what the driver gives to programs
 * @param memoryBytesPerSecond of its own memory (HBM, GDDR)
 * @param peakFlops dense operations per second by precision; a missing precision cannot be computed in
 * @param processors streaming multiprocessors or compute units: how many tiles of a matrix are computed at once
 * @param scaleUp accelerators in one domain of the fast link (NVLink, xGMI); 1 if there is none
 * @param scaleUpBytesPerSecond of that link, one direction, for one accelerator
 * @param networkBytesPerSecond between nodes, one direction, for one accelerator, as usually bought
 * @param perNode accelerators in one node, as usually built
 * @param generation whose efficiency it is taken to have
 * @param source where the figures come from
 */
public record Accelerator(
        String name,
        long memoryBytes,
        double memoryBytesPerSecond,
        SortedMap<Precision, Double> peakFlops,
        int processors,
        int scaleUp,
        double scaleUpBytesPerSecond,
        double networkBytesPerSecond,
        int perNode,
        Generation generation,
        String source) {

    /** Accelerators that reach alike much of what their makers promise. */
    public enum Generation {
        AMPERE,
        HOPPER,
        BLACKWELL,
        /** Of which no table is known. */
        OTHER
    }

    public Accelerator {
        peakFlops = Collections.unmodifiableSortedMap(new TreeMap<>(peakFlops));
    }

    /** The usual of what a description leaves out; memory and peaks it has to say. */
    public static Accelerator undescribed(String name) {
        return new Accelerator(name, 0, 0, new TreeMap<>(), 128, 1, 32e9, 50e9, 8, Generation.OTHER, "its description");
    }

    public OptionalDouble peak(Precision precision) {
        var peak = peakFlops.get(precision);
        return peak == null ? OptionalDouble.empty() : OptionalDouble.of(peak);
    }

    public Accelerator withMemoryBytes(long bytes) {
        return new Accelerator(
                name,
                bytes,
                memoryBytesPerSecond,
                peakFlops,
                processors,
                scaleUp,
                scaleUpBytesPerSecond,
                networkBytesPerSecond,
                perNode,
                generation,
                source);
    }

    /** Whether its fast link can join accelerators of several nodes; which it does, only a cluster can say. */
    public boolean reachesBeyondNode() {
        return scaleUp > perNode;
    }

    static SortedMap<Precision, Double> teraflops(Map<Precision, Double> peaks) {
        var flops = new TreeMap<Precision, Double>();
        new EnumMap<>(peaks).forEach((precision, peak) -> flops.put(precision, peak * 1e12));
        return flops;
    }
}
