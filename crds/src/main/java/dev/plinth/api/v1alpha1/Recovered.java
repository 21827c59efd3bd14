package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The story of one repair, from the loss to the first step after it. */
@ApiPart
public record Recovered(
        @Required @JsonPropertyDescription("Why the gang was repaired, in CamelCase, for example NodeLost.")
        String reason,

        @JsonPropertyDescription("Index of the member that was lost; the lowest, if several.") @Nullable
        Integer member,

        @JsonPropertyDescription("Node of that member.") @Nullable
        String node,

        @JsonPropertyDescription("Last sign of life of that member.") @Nullable
        Instant lostAt,

        @JsonPropertyDescription("When the loss was noticed.") @Nullable
        Instant detectedAt,

        @JsonPropertyDescription("When the successor of the member was created.") @Nullable
        Instant replacedAt,

        @JsonPropertyDescription("When the first step after the repair was reported.") @Nullable
        Instant resumedAt,

        @JsonPropertyDescription("Step of the checkpoint that training resumed from.") @Nullable
        Long fromStep,

        @JsonPropertyDescription("Steps that had been done since that checkpoint and were done again.") @Nullable
        Long lostSteps) {}
