package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One kind of accelerator, described by the administrator. */
@ApiPart
@ValidationRule(
        value =
                "self.name in [" + AcceleratorType.KNOWN
                        + "] || has(self.like) || has(self.memory) && has(self.memoryBandwidth) && has(self.peak) && self.peak.size() > 0",
        message = "Give memory, memoryBandwidth and peak, or like: Plinth knows no accelerator of this name.")
public record AcceleratorType(
        @Required
        @Size(min = 1, max = Rules.LABEL)
        @JsonPropertyDescription(
                "Name that jobs use in spec.parallelism.accelerator, for example MI325X; the name of a known one describes that one anew.")
        @ValidationRule(
                value = "self.matches('^[A-Z0-9]([-A-Z0-9]*[A-Z0-9])?$')",
                message =
                        "Write upper-case letters, digits and '-', starting and ending with a letter or digit, for example A100-80.")
        String name,

        @JsonPropertyDescription(
                "The known accelerator that it resembles, for example H100 for an H800. What is left out here is that one's, the share of the peak that programs reach as well. Default: the known one of the same name; without one, the least that is expected of any, and predictions have a band of 30 %.")
        @ValidationRule(
                value = "self in [" + AcceleratorType.KNOWN + "]",
                message = "Name one that Plinth knows: " + AcceleratorType.KNOWN_SAYS + ".")
        @Nullable
        String like,

        @Size(max = 16)
        @JsonPropertyDescription(
                "Values of the node labels nvidia.com/gpu.product and amd.com/gpu.product-name that stand for it. Default: those with each part of its name, as NVIDIA-A100-SXM4-80GB has of A100-80.")
        @ValidationRule(
                value = "self.all(p, p.size() > 0 && !format.labelValue().validate(p).hasValue())",
                message = "Write values of a node label: letters, digits, '-', '_' and '.'.")
        List<String> products,

        @JsonPropertyDescription("Bytes of its memory that programs can use, for example 80Gi. Default: that of like.")
        @ValidationRule(
                value = AcceleratorType.LARGE,
                message = "Write the bytes of its memory, from 1G to 1E, for example 80Gi.")
        @Nullable
        Quantity memory,

        @JsonPropertyDescription(
                "Bytes per second that its own memory (HBM, GDDR) carries, for example 3350G. Default: that of like.")
        @ValidationRule(
                value = AcceleratorType.LARGE,
                message = "Write the bytes per second of its memory, from 1G to 1E, for example 3350G.")
        @Nullable
        Quantity memoryBandwidth,

        @Size(max = 8)
        @JsonPropertyDescription(
                "Dense operations per second by precision, never the doubled ones with sparsity, for example BF16: 989T, FP8: 1979T. A precision without a peak cannot be computed in. Default: those of like, also for each precision that is left out.")
        @ValidationRule(
                value = "self.all(p, p in [" + AcceleratorType.PRECISIONS + "])",
                message = "Name precisions: " + AcceleratorType.PRECISIONS_SAYS + ".")
        @ValidationRule(
                value =
                        "self.all(p, type(self[p]) == int ? self[p] >= 1000000000 && self[p] <= 1000000000000000000 : isQuantity(self[p]) && !quantity(self[p]).isLessThan(quantity('1G')) && !quantity(self[p]).isGreaterThan(quantity('1E')))",
                message = "Write operations per second, from 1G to 1E, for example 989T.")
        Map<String, Quantity> peak,

        @Min(1)
        @Max(100_000)
        @JsonPropertyDescription(
                "Number of its streaming multiprocessors or compute units. Default: that of like, else 128.")
        @Nullable
        Integer processors,

        @Min(1)
        @Max(1024)
        @JsonPropertyDescription(
                "Number of them in one node, counted on while no such node is there. Default: that of like, else 8.")
        @Nullable
        Integer perNode,

        @JsonPropertyDescription(
                "Bits per second, one way, for each accelerator, of what joins those of a node: NVLink, xGMI or PCIe, for example 3600G for the NVLink of an H100. Default: that of like, else 256G, which is PCIe 4.0.")
        @ValidationRule(
                value = AcceleratorType.LARGE,
                message = "Write the bits per second of one accelerator, from 1G to 1E, for example 3600G.")
        @Nullable
        Quantity linkBandwidth,

        @Min(1)
        @Max(100_000)
        @JsonPropertyDescription(
                "Number of accelerators that this link can join, for example 72 if it reaches beyond the node; node labels or a level say which nodes share one. Default: that of like, else those of a node.")
        @Nullable
        Integer linkReach,

        @JsonPropertyDescription(
                "Bits per second, one way, for each accelerator, of the network cards of a node, counted on where hostUplink says nothing. Default: that of like, else 400G.")
        @ValidationRule(
                value = AcceleratorType.LARGE,
                message = "Write the bits per second of one accelerator, from 1G to 1E, for example 400G.")
        @Nullable
        Quantity networkBandwidth) {

    /** What Plinth knows without a description; a list of CEL. */
    public static final String KNOWN =
            "'A10', 'A100-40', 'A100-80', 'B200', 'CPU', 'GB200', 'GB300', 'H100', 'H200', 'L40S', 'MI300X'";

    static final String KNOWN_SAYS = "A10, A100-40, A100-80, B200, CPU, GB200, GB300, H100, H200, L40S or MI300X";

    /** In which it may compute; a list of CEL. */
    public static final String PRECISIONS = "'FP32', 'BF16', 'FP16', 'FP8', 'MXFP8', 'FP4', 'INT8', 'INT4'";

    static final String PRECISIONS_SAYS = "FP32, BF16, FP16, FP8, MXFP8, FP4, INT8 or INT4";

    static final String LARGE =
            "type(self) == int ? self >= 1000000000 && self <= 1000000000000000000 : isQuantity(self) && !quantity(self).isLessThan(quantity('1G')) && !quantity(self).isGreaterThan(quantity('1E'))";

    public AcceleratorType {
        products = Copies.of(products);
        peak = Copies.of(peak);
    }
}
