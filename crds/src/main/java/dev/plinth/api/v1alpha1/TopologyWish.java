package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Where in the network the members of a gang should lie. Levels are those of the ClusterTopology, or {@code host}. */
@ApiPart
public record TopologyWish(
        @Size(min = 1, max = Rules.LABEL)
        @JsonPropertyDescription(
                "Level of the ClusterTopology, or host: one domain of it must hold all members, and the gang waits until one can. Default: none.")
        @ValidationRule(value = Rules.LABEL_NAME, message = Rules.LABEL_NAME_SAYS)
        @Nullable
        String required,

        @Size(min = 1, max = Rules.LABEL)
        @JsonPropertyDescription(
                "Level of the ClusterTopology, or host: one domain of it should hold all members; the next wider level is tried if none can. Default: none.")
        @ValidationRule(value = Rules.LABEL_NAME, message = Rules.LABEL_NAME_SAYS)
        @Nullable
        String preferred) {}
