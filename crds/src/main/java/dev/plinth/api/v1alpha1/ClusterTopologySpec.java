package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The levels of the network, outermost first, of which {@code host} is the implicit innermost; and the accelerators. */
@ApiPart
@JsonClassDescription("What the administrator says of the network and of the accelerators.")
public record ClusterTopologySpec(
        @Required
        @Size(min = 1, max = 8)
        @JsonPropertyDescription(
                "Levels from the outermost (slowest) to the innermost (fastest). The level host, one node, is implied and comes last.")
        @ValidationRule(
                value = "self.all(a, self.exists_one(b, b.name == a.name))",
                message = "Give each level its own name.")
        @ValidationRule(
                value = "self.all(a, self.exists_one(b, b.nodeLabel == a.nodeLabel))",
                message = "Give each level its own nodeLabel.")
        List<Level> levels,

        @JsonPropertyDescription(
                "What joins a node to the others of its innermost domain: its network cards, or NVLink where that domain is one. Default: see its fields.")
        @Nullable
        Uplink hostUplink,

        @ListMap("name")
        @Size(max = 32)
        @JsonPropertyDescription(
                "Accelerators that Plinth does not know, or knows otherwise: what plans of spec.parallelism count on. Default: those of its catalogue.")
        @ValidationRule(
                value =
                        "self.all(a, !has(a.products) || a.products.all(p, self.exists_one(b, has(b.products) && p in b.products)))",
                message = "Name each product once: a node has one kind of accelerator.")
        List<AcceleratorType> accelerators) {

    public ClusterTopologySpec {
        levels = Copies.of(levels);
        accelerators = Copies.of(accelerators);
    }

    public ClusterTopologySpec(List<Level> levels, @Nullable Uplink hostUplink) {
        this(levels, hostUplink, List.of());
    }

    /** Levels of which nothing is said but their labels. */
    public ClusterTopologySpec(List<Level> levels) {
        this(levels, null);
    }

    /** What there is of the network, whatever the accelerators are. */
    public ClusterTopologySpec network() {
        return new ClusterTopologySpec(levels, hostUplink);
    }

    /** One level of the network. */
    @ApiPart
    public record Level(
            @Required
            @Size(min = 1, max = Rules.LABEL)
            @JsonPropertyDescription("Name that jobs use in spec.topology, for example rack.")
            @ValidationRule(value = Rules.LABEL_NAME, message = Rules.LABEL_NAME_SAYS)
            @ValidationRule(value = "self != 'host'", message = "Remove the level host: it is implied and comes last.")
            String name,

            @Required
            @Size(min = 1, max = 317)
            @JsonPropertyDescription(
                    "Key of the node label whose value names the domain of a node, for example example.com/rack.")
            @ValidationRule(
                    value = "!format.qualifiedName().validate(self).hasValue()",
                    message = "Write the key of a node label, for example example.com/rack.")
            String nodeLabel,

            @JsonPropertyDescription(
                    "What joins a domain of this level to its siblings, for example a rack to the other racks of its block. Default: see its fields.")
            @Nullable
            Uplink uplink) {

        /** A level of whose uplinks nothing is said. */
        public Level(String name, String nodeLabel) {
            this(name, nodeLabel, null);
        }
    }

    /** What joins a domain to its siblings. */
    @ApiPart
    public record Uplink(
            @Default("400G")
            @JsonPropertyDescription(
                    "Bits per second, one way, for each accelerator in the domain, before oversubscription; 400G is one network card of 400 Gb/s for each, 3600G the NVLink of an H100. Default: 400G.")
            @ValidationRule(
                    value =
                            "type(self) == int ? self >= 1000000 : isQuantity(self) && !quantity(self).isLessThan(quantity('1M'))",
                    message =
                            "Write the bits per second of one accelerator, 1M or more, for example 400G for a network card of 400 Gb/s.")
            Quantity bandwidthPerAccelerator,

            @Default("1")
            @JsonPropertyDescription(
                    "How many times more the accelerators in the domain could send than its uplink carries: 1 for a full fabric, 7 for 7:1. Default: 1.")
            @ValidationRule(
                    value =
                            "type(self) == int ? self >= 1 && self <= 1000 : isQuantity(self) && !quantity(self).isLessThan(quantity('1')) && !quantity(self).isGreaterThan(quantity('1000'))",
                    message =
                            "Write a number from 1, for a full fabric, to 1000, for example 7 for 7:1 or \"1.5\" for 3:2.")
            Quantity oversubscription) {

        /** Where nobody says anything. */
        public static final Uplink DEFAULT = new Uplink(new Quantity("400", "G"), new Quantity("1"));

        public Uplink {
            bandwidthPerAccelerator =
                    bandwidthPerAccelerator == null ? new Quantity("400", "G") : bandwidthPerAccelerator;
            oversubscription = oversubscription == null ? new Quantity("1") : oversubscription;
        }
    }
}
