package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** Where in the network the members of a gang should lie. Levels are those of the ClusterTopology, or {@code host}. */
@ApiPart
public record TopologyWish(
        @JsonPropertyDescription(
                "Level of the ClusterTopology (or host) of which one domain must hold all members; the gang waits until one can.")
        @Nullable
        String required,

        @JsonPropertyDescription(
                "Level of the ClusterTopology (or host) of which one domain should hold all members; the next wider level is taken if none can.")
        @Nullable
        String preferred) {}
