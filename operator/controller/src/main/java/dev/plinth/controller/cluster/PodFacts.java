package dev.plinth.controller.cluster;

import dev.plinth.controller.kubernetes.Labels;
import dev.plinth.placement.Holder;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Questions to a pod, and the part of it that is worth keeping in memory. */
public final class PodFacts {
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    private PodFacts() {}

    /** Whether its containers have ended for good: it holds nothing any more. */
    public static boolean ended(Pod pod) {
        return pod.getStatus() != null
                && ENDED.contains(String.valueOf(pod.getStatus().getPhase()));
    }

    /** The node it is bound to or, if it is one of ours, the node it was made for. */
    public static Optional<String> node(Pod pod) {
        return Optional.ofNullable(pod.getSpec().getNodeName())
                .filter(name -> !name.isEmpty())
                .or(() -> NodePin.of(pod));
    }

    /** The holder of a pod's room: the same for a member's pod as for the promise it was created on. */
    public static Holder holder(Pod pod) {
        var gang = GangKey.labelledOn(pod);
        var owner = owner(pod);
        if (gang.isPresent()
                && owner.filter(reference -> "Gang".equals(reference.getKind())).isPresent()) {
            return member(
                    gang.get(),
                    owner.get().getUid(),
                    number(pod, Labels.MEMBER_INDEX),
                    number(pod, Labels.INCARNATION));
        }
        var metadata = pod.getMetadata();
        return new Holder("pod " + metadata.getNamespace() + "/" + metadata.getName(), metadata.getUid());
    }

    /** The holder of the room of one incarnation of a member. */
    public static Holder member(GangKey gang, String gangUid, int index, int incarnation) {
        return new Holder(owner(gang), gangUid + "/" + index + "/" + incarnation);
    }

    /** As whom the book knows a gang. */
    public static String owner(GangKey gang) {
        return "gang " + gang;
    }

    /** A number in a label; -1 if there is none. */
    public static int number(Pod pod, String label) {
        var labels = pod.getMetadata().getLabels();
        var text = labels == null ? null : labels.get(label);
        try {
            return text == null ? -1 : Integer.parseInt(text);
        } catch (NumberFormatException notOurs) {
            return -1;
        }
    }

    /** The object that owns the pod and decides about it. */
    public static Optional<OwnerReference> owner(Pod pod) {
        return pod.getMetadata().getOwnerReferences().stream()
                .filter(reference -> Boolean.TRUE.equals(reference.getController()))
                .findFirst();
    }

    /** The pod without what nobody here reads: environment, volumes, probes, managed fields, annotations. */
    static Pod pruned(Pod pod) {
        var metadata = pod.getMetadata();
        var spec = pod.getSpec();
        return new PodBuilder()
                .withMetadata(new ObjectMetaBuilder()
                        .withName(metadata.getName())
                        .withNamespace(metadata.getNamespace())
                        .withUid(metadata.getUid())
                        .withResourceVersion(metadata.getResourceVersion())
                        .withCreationTimestamp(metadata.getCreationTimestamp())
                        .withDeletionTimestamp(metadata.getDeletionTimestamp())
                        .withLabels(metadata.getLabels())
                        .withOwnerReferences(metadata.getOwnerReferences())
                        .build())
                .withSpec(new PodSpecBuilder()
                        .withNodeName(spec.getNodeName())
                        .withAffinity(GangKey.labelledOn(pod).isPresent() ? spec.getAffinity() : null)
                        .withInitContainers(resourcesOnly(spec.getInitContainers()))
                        .withContainers(resourcesOnly(spec.getContainers()))
                        .withResources(spec.getResources())
                        .withOverhead(spec.getOverhead())
                        .build())
                .withStatus(pod.getStatus())
                .build();
    }

    private static List<Container> resourcesOnly(List<Container> containers) {
        return containers.stream()
                .map(container -> new ContainerBuilder()
                        .withName(container.getName())
                        .withRestartPolicy(container.getRestartPolicy())
                        .withResources(container.getResources())
                        .build())
                .toList();
    }
}
