package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.util.List;

/** The levels of the network, outermost first; the implicit innermost level is {@code host}. */
@ApiPart
public record ClusterTopologySpec(
        @Required
        @JsonPropertyDescription(
                "Levels from the outermost (slowest) to the innermost (fastest). The level host, one node, is implied and comes last.")
        List<Level> levels) {

    public ClusterTopologySpec {
        levels = Copies.of(levels);
    }

    /** One level of the network. */
    @ApiPart
    public record Level(
            @Required @JsonPropertyDescription("Name that jobs use in spec.topology, for example rack.")
            String name,

            @Required
            @JsonPropertyDescription(
                    "Key of the node label whose value names the domain of a node, for example example.com/rack.")
            String nodeLabel) {}
}
