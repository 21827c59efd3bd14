package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** The levels of the network, outermost first; the implicit innermost level is {@code host}. */
@ApiPart
@JsonClassDescription("What the administrator says of the network.")
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
        List<Level> levels) {

    public ClusterTopologySpec {
        levels = Copies.of(levels);
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
            String nodeLabel) {}
}
