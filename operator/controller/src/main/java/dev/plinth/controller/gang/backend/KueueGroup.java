package dev.plinth.controller.gang.backend;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.controller.kubernetes.Labels;
import dev.plinth.controller.kubernetes.ServedApis;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A group of plain pods that Kueue admits together: its webhook puts a scheduling gate into each pod, and Kueue takes it
 * away when the queue has quota, with a node selector where it knows the topology. Labels and annotations are those of
 * Kueue's integration {@code pod}.
 *
 * @param nodeLabel key of the node label that names the domains of a level
 */
record KueueGroup(Gang gang, String queue, ServedApis apis, Function<String, Optional<String>> nodeLabel)
        implements BackEnd {
    private static final String PREFIX = "kueue.x-k8s.io/";

    @Override
    public String name() {
        return "Kueue";
    }

    @Override
    public boolean followsOurPlan() {
        return false;
    }

    @Override
    public Optional<String> objection() {
        if (!apis.servesGroup("kueue.x-k8s.io")) {
            return Optional.of(
                    "this cluster does not have Kueue: install it with its integration pod, or set spec.scheduling.plinth");
        }
        return wished().filter(level -> nodeLabel.apply(level).isEmpty())
                .findFirst()
                .map(level -> "spec.topology names the level " + level
                        + ", which is not one of the ClusterTopology: add it there, or name another");
    }

    @Override
    public Pod dressed(Pod pod) {
        return new PodBuilder(pod)
                .editMetadata()
                .addToLabels(PREFIX + "queue-name", queue)
                .addToLabels(PREFIX + "pod-group-name", PodGroups.name(gang))
                .addToAnnotations(annotations())
                .endMetadata()
                .build();
    }

    @Override
    public Optional<String> missing(Pod accepted) {
        boolean gated = accepted.getSpec().getSchedulingGates().stream()
                .anyMatch(gate -> gate.getName().startsWith(PREFIX));
        return gated
                ? Optional.empty()
                : Optional.of("Kueue did not take the pod into its queue: add pod to integrations.frameworks of Kueue's"
                        + " configuration and let its managedJobsNamespaceSelector select this namespace");
    }

    private Map<String, String> annotations() {
        var annotations = new TreeMap<String, String>();
        annotations.put(
                PREFIX + "pod-group-total-count",
                Integer.toString(gang.getSpec().size()));
        // So that ranks are neighbours in the order of their indices.
        annotations.put(PREFIX + "pod-group-pod-index-label", Labels.MEMBER_INDEX);
        var wish = gang.getSpec().topology();
        if (wish != null) {
            topology("podset-required-topology", wish.required(), annotations);
            if (wish.required() == null) {
                topology("podset-preferred-topology", wish.preferred(), annotations);
            }
        }
        return annotations;
    }

    private void topology(String key, @Nullable String level, Map<String, String> annotations) {
        if (level != null) {
            nodeLabel.apply(level).ifPresent(label -> annotations.put(PREFIX + key, label));
        }
    }

    private Stream<String> wished() {
        return Optional.ofNullable(gang.getSpec().topology()).stream()
                .flatMap(wish -> Stream.of(Optional.ofNullable(wish.required()), Optional.ofNullable(wish.preferred())))
                .flatMap(Optional::stream);
    }
}
