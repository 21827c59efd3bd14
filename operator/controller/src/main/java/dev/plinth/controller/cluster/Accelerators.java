package dev.plinth.controller.cluster;

import dev.plinth.api.v1alpha1.AcceleratorType;
import dev.plinth.planner.hardware.Accelerator;
import dev.plinth.planner.hardware.Catalogue;
import dev.plinth.planner.hardware.Precision;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The accelerators that plans know: those of the catalogue, and those that the administrator describes. */
final class Accelerators {
    private static final double BITS_PER_BYTE = 8;

    private Accelerators() {}

    static Catalogue of(List<AcceleratorType> described) {
        var known = Catalogue.standard();
        var all = known;
        for (var type : described) {
            all = all.with(accelerator(type, base(type, known)), type.products());
        }
        return all;
    }

    /** What says the rest. */
    private static Accelerator base(AcceleratorType type, Catalogue known) {
        return Optional.ofNullable(type.like())
                .flatMap(known::find)
                .or(() -> known.find(type.name()))
                .orElseGet(() -> Accelerator.undescribed(type.name()));
    }

    private static Accelerator accelerator(AcceleratorType type, Accelerator base) {
        int perNode = given(type.perNode(), base.perNode());
        return new Accelerator(
                type.name(),
                (long) amount(type.memory(), 1, (double) base.memoryBytes()),
                amount(type.memoryBandwidth(), 1, base.memoryBytesPerSecond()),
                peaks(type, base),
                given(type.processors(), base.processors()),
                reach(type, base, perNode),
                amount(type.linkBandwidth(), BITS_PER_BYTE, base.scaleUpBytesPerSecond()),
                amount(type.networkBandwidth(), BITS_PER_BYTE, base.networkBytesPerSecond()),
                perNode,
                base.generation(),
                "ClusterTopology");
    }

    /** A link that ends with the node ends with this one too, and one that reaches beyond it joins all of it at least. */
    private static int reach(AcceleratorType type, Accelerator base, int perNode) {
        if (type.linkReach() == null && !base.reachesBeyondNode()) {
            return base.scaleUp() > 1 ? perNode : 1;
        }
        return Math.max(given(type.linkReach(), base.scaleUp()), perNode);
    }

    private static SortedMap<Precision, Double> peaks(AcceleratorType type, Accelerator base) {
        var peaks = new TreeMap<>(base.peakFlops());
        type.peak().forEach((precision, peak) -> peaks.put(Precision.valueOf(precision), amount(peak, 1, 0)));
        return peaks;
    }

    private static double amount(@Nullable Quantity said, double unit, double otherwise) {
        return said == null ? otherwise : said.getNumericalAmount().doubleValue() / unit;
    }

    private static int given(@Nullable Integer said, int otherwise) {
        return said == null ? otherwise : said;
    }
}
