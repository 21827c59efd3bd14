package dev.plinth.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** Who brings the pods of a gang to nodes. Exactly one component is present. */
@ApiPart
@ValidationRule(
        value =
                "[has(self.plinth), has(self.kubernetes), has(self.kueue), has(self.volcano)].filter(chosen, chosen).size() == 1",
        message = "Set exactly one of plinth, kubernetes, kueue and volcano, for example plinth: {}.")
public record Scheduling(
        @JsonPropertyDescription(
                "Plinth chooses a node for each pod, and kube-scheduler verifies and binds it. Default: none; exactly one is set.")
        @Nullable
        Plinth plinth,

        @JsonPropertyDescription(
                "As plinth, and kube-scheduler binds all pods or none, by the gang scheduling of Kubernetes 1.37 (feature gate GenericWorkload). Default: none; exactly one is set.")
        @Nullable
        Kubernetes kubernetes,

        @JsonPropertyDescription(
                "Kueue admits the pods as one pod group, and chooses their nodes where it knows the topology. Default: none; exactly one is set.")
        @Nullable
        Kueue kueue,

        @JsonPropertyDescription(
                "Volcano queues the pods as one PodGroup and its scheduler chooses their nodes. Default: none; exactly one is set.")
        @Nullable
        Volcano volcano) {

    /** Plinth's own plan; it needs no settings. */
    @ApiPart
    public record Plinth() {}

    /** Plinth's own plan, bound as a gang; it needs no settings. */
    @ApiPart
    public record Kubernetes() {}

    /** A queue of Kueue. */
    @ApiPart
    public record Kueue(
            @Required
            @Size(min = 1, max = Rules.LABEL)
            @JsonPropertyDescription("Name of a LocalQueue in the same namespace.")
            @ValidationRule(value = Rules.LABEL_NAME, message = Rules.LABEL_NAME_SAYS)
            String queue) {}

    /** A queue of Volcano. */
    @ApiPart
    public record Volcano(
            @Required
            @Size(min = 1, max = Rules.NAME)
            @JsonPropertyDescription("Name of a Queue of Volcano.")
            @ValidationRule(value = Rules.OBJECT_NAME, message = Rules.OBJECT_NAME_SAYS)
            String queue) {}
}
