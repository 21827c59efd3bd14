package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the operator sees of the topology. */
@ApiPart
@JsonClassDescription("What the operator sees of the nodes.")
public record ClusterTopologyStatus(
        @JsonPropertyDescription("The metadata.generation this status was made from.") @Nullable
        Long observedGeneration,

        @ListMap("type")
        @Size(max = 16)
        @JsonPropertyDescription(
                "Valid, with the reason and a message that says what to do, and Discovered, which says where the levels come from.")
        List<Condition> conditions,

        @JsonPropertyDescription("Nodes that carry the labels of all levels.") @Nullable
        Integer nodes,

        @Size(max = 8) @JsonPropertyDescription("Number of domains of each level.")
        List<DomainCount> domains) {

    public ClusterTopologyStatus {
        conditions = Copies.of(conditions);
        domains = Copies.of(domains);
    }

    /** Number of domains of one level. */
    @ApiPart
    public record DomainCount(
            @Required @JsonPropertyDescription("Name of the level.")
            String level,

            @Required @JsonPropertyDescription("Number of domains.")
            int count) {}
}
