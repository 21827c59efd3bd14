package dev.plinth.planner.hardware;

import static dev.plinth.planner.hardware.Accelerator.Generation.AMPERE;
import static dev.plinth.planner.hardware.Accelerator.Generation.BLACKWELL;
import static dev.plinth.planner.hardware.Accelerator.Generation.HOPPER;
import static dev.plinth.planner.hardware.Accelerator.Generation.OTHER;
import static dev.plinth.planner.hardware.Precision.BF16;
import static dev.plinth.planner.hardware.Precision.FP16;
import static dev.plinth.planner.hardware.Precision.FP32;
import static dev.plinth.planner.hardware.Precision.FP4;
import static dev.plinth.planner.hardware.Precision.FP8;
import static dev.plinth.planner.hardware.Precision.INT4;
import static dev.plinth.planner.hardware.Precision.INT8;
import static dev.plinth.planner.hardware.Precision.MXFP8;

import dev.plinth.planner.hardware.Accelerator.Generation;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The accelerators that are known by name. Dense peaks, never the doubled ones with sparsity. A cluster's own description may add to
 * it or correct it ({@link #with}).
 *
 * @param accelerators by name
 * @param products name of the accelerator by what nodes say of it, where the name itself is not a part of that
 */
public record Catalogue(SortedMap<String, Accelerator> accelerators, SortedMap<String, String> products) {
    private static final double GB = 1e9;
    private static final long MIB = 1L << 20;

    public Catalogue {
        accelerators = Collections.unmodifiableSortedMap(new TreeMap<>(accelerators));
        products = Collections.unmodifiableSortedMap(new TreeMap<>(products));
    }

    public static Catalogue standard() {
        var none = new Catalogue(new TreeMap<>(), new TreeMap<>());
        var a100 = Map.of(FP32, 19.5, BF16, 312.0, FP16, 312.0, INT8, 624.0, INT4, 1248.0);
        var hopper = Map.of(FP32, 67.0, BF16, 989.0, FP16, 989.0, FP8, 1979.0, MXFP8, 1979.0, INT8, 1979.0);
        var b200 =
                Map.of(FP32, 75.0, BF16, 2250.0, FP16, 2250.0, FP8, 4500.0, MXFP8, 4500.0, FP4, 9000.0, INT8, 4500.0);
        var gb200 =
                Map.of(FP32, 80.0, BF16, 2500.0, FP16, 2500.0, FP8, 5000.0, MXFP8, 5000.0, FP4, 10_000.0, INT8, 5000.0);
        var gb300 = Map.of(FP32, 80.0, BF16, 2500.0, FP16, 2500.0, FP8, 5000.0, MXFP8, 5000.0, FP4, 15_000.0);
        var mi300x = Map.of(FP32, 163.4, BF16, 1307.4, FP16, 1307.4, FP8, 2614.9, INT8, 2614.9);
        var l40s = Map.of(FP32, 91.6, BF16, 362.05, FP16, 362.05, FP8, 733.0, INT8, 733.0, INT4, 733.0);
        var a10 = Map.of(FP32, 31.2, BF16, 125.0, FP16, 125.0, INT8, 250.0, INT4, 500.0);
        return none.with(
                        "A100-40",
                        40_960,
                        1555,
                        a100,
                        108,
                        8,
                        300,
                        25,
                        8,
                        AMPERE,
                        "NVIDIA A100 data sheet, SXM4 40 GB; DGX A100: 8 x 200 Gb/s")
                .with(
                        "A100-80",
                        81_920,
                        2039,
                        a100,
                        108,
                        8,
                        300,
                        25,
                        8,
                        AMPERE,
                        "NVIDIA A100 data sheet, SXM4 80 GB; DGX A100: 8 x 200 Gb/s")
                .with(
                        "H100",
                        81_559,
                        3350,
                        hopper,
                        132,
                        8,
                        450,
                        50,
                        8,
                        HOPPER,
                        "NVIDIA H100 data sheet, SXM5; DGX H100: 8 x 400 Gb/s")
                .with(
                        "H200",
                        143_771,
                        4800,
                        hopper,
                        132,
                        8,
                        450,
                        50,
                        8,
                        HOPPER,
                        "NVIDIA H200 data sheet, SXM; DGX H200: 8 x 400 Gb/s")
                .with(
                        "B200",
                        183_359,
                        8000,
                        b200,
                        148,
                        8,
                        900,
                        50,
                        8,
                        BLACKWELL,
                        "NVIDIA DGX B200 data sheet, one eighth; 8 x 400 Gb/s")
                .with(
                        "GB200",
                        189_471,
                        8000,
                        gb200,
                        148,
                        72,
                        900,
                        50,
                        4,
                        BLACKWELL,
                        "NVIDIA GB200 NVL72 data sheet, one 72nd; 400 Gb/s a GPU")
                .with(
                        "GB300",
                        284_208,
                        8000,
                        gb300,
                        148,
                        72,
                        900,
                        100,
                        4,
                        BLACKWELL,
                        "NVIDIA GB300 NVL72 data sheet, one 72nd; 800 Gb/s a GPU")
                .with(
                        "MI300X",
                        196_592,
                        5300,
                        mi300x,
                        304,
                        8,
                        448,
                        50,
                        8,
                        OTHER,
                        "AMD Instinct MI300X data sheet; 7 links x 64 GB/s one way")
                .with("L40S", 46_068, 864, l40s, 142, 1, 32, 12.5, 8, OTHER, "NVIDIA L40S data sheet; PCIe 4.0 x16")
                .with("A10", 23_028, 600, a10, 72, 1, 32, 3.125, 4, OTHER, "NVIDIA A10 data sheet; PCIe 4.0 x16")
                .with(
                        "CPU",
                        65_536,
                        200,
                        Map.of(FP32, 3.0, BF16, 6.0),
                        32,
                        1,
                        12.5,
                        3.125,
                        1,
                        OTHER,
                        "A server of 32 cores with AVX-512: 32 x 2.9 GHz x 32; give your own");
    }

    private Catalogue with(
            String name,
            long memoryMib,
            double memoryGBps,
            Map<Precision, Double> teraflops,
            int processors,
            int scaleUp,
            double scaleUpGBps,
            double networkGBps,
            int perNode,
            Generation generation,
            String source) {
        return with(new Accelerator(
                name,
                memoryMib * MIB,
                memoryGBps * GB,
                Accelerator.teraflops(teraflops),
                processors,
                scaleUp,
                scaleUpGBps * GB,
                networkGBps * GB,
                perNode,
                generation,
                source));
    }

    /** This catalogue with one accelerator more, or another description of a known one. */
    public Catalogue with(Accelerator accelerator) {
        return with(accelerator, List.of());
    }

    /** The same; nodes that say one of these products have it, whatever else the catalogue would take them for. */
    public Catalogue with(Accelerator accelerator, Collection<String> itsProducts) {
        var more = new TreeMap<>(accelerators);
        more.put(accelerator.name(), accelerator);
        var names = new TreeMap<>(products);
        itsProducts.forEach(product -> names.put(product, accelerator.name()));
        return new Catalogue(more, names);
    }

    /** Looks an accelerator up; letter case and a leading maker's name do not matter where no name is the very same. */
    public Optional<Accelerator> find(String name) {
        var wanted = plain(name);
        return Optional.ofNullable(accelerators.get(name))
                .or(() -> accelerators.values().stream()
                        .filter(accelerator -> plain(accelerator.name()).equals(wanted))
                        .findFirst());
    }

    /**
     * The accelerator of that name, as {@link #find} finds it.
     *
     * @throws UnknownAcceleratorException with the known names
     */
    public Accelerator get(String name) {
        return find(name)
                .orElseThrow(() -> new UnknownAcceleratorException("accelerator '%s' is unknown; known are %s"
                        .formatted(name, String.join(", ", accelerators.keySet()))));
    }

    /**
     * The accelerator of which the label of a node speaks, as {@code NVIDIA-A100-SXM4-80GB} does of A100-80: the label is one of its
     * products, or else every part of its name is a part of the label, capacities with or without their unit. Of several the one with
     * the longest name is meant.
     */
    public Optional<Accelerator> recognise(String label) {
        var said = parts(label.replaceAll("(?i)(?<=[0-9])GB\\b", ""));
        return Optional.ofNullable(products.get(label))
                .map(accelerators::get)
                .or(() -> accelerators.values().stream()
                        .filter(accelerator -> said.containsAll(parts(accelerator.name())))
                        .max(Comparator.comparingInt(
                                accelerator -> accelerator.name().length())));
    }

    /**
     * Which of the labels that nodes carry stand for an accelerator: those that speak of it; where none does, those that speak of
     * nothing known, for which a user may name the nearest that is.
     *
     * @param accelerator its name, known or not: a description may have been taken back since it was planned for
     */
    public SortedSet<String> labels(String accelerator, Collection<String> labels) {
        var speaking = new TreeSet<String>();
        var unknown = new TreeSet<String>();
        for (var label : labels) {
            var meant = recognise(label);
            if (meant.filter(known -> known.name().equals(accelerator)).isPresent()) {
                speaking.add(label);
            } else if (meant.isEmpty()) {
                unknown.add(label);
            }
        }
        return speaking.isEmpty() ? unknown : speaking;
    }

    private static List<String> parts(String name) {
        return List.of(name.toUpperCase(Locale.ROOT).split("[^A-Z0-9]+"));
    }

    private static String plain(String name) {
        return name.toUpperCase(Locale.ROOT)
                .replaceFirst("^(NVIDIA|AMD)[ -]", "")
                .replaceAll("[^A-Z0-9]", "");
    }
}
