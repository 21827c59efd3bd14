package dev.plinth.controller.gang;

import dev.plinth.api.v1alpha1.GangSpec.ContractFramework;
import dev.plinth.api.v1alpha1.GangSpec.Lifecycle;
import dev.plinth.api.v1alpha1.MemberTemplate;
import dev.plinth.controller.cluster.NodePin;
import dev.plinth.controller.contract.Member;
import dev.plinth.controller.contract.MemberEnvironment;
import dev.plinth.controller.contract.MemberName;
import dev.plinth.controller.contract.ServingContainer;
import dev.plinth.controller.kubernetes.Labels;
import dev.plinth.controller.kubernetes.Owners;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodSpecBuilder;
import io.fabric8.kubernetes.api.model.Toleration;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Renders the pod of a member: what the user asked for, then the overlay, then what makes it a member. */
final class MemberPod {
    private static final String TOKEN_VOLUME = "plinth-token";
    private static final String TOKEN_AUDIENCE = "plinth.dev";
    private static final long TOKEN_SECONDS = 3600;

    /** One for all: it learns each type once, which takes longer than to convert a template. */
    private static final KubernetesSerialization JSON = new KubernetesSerialization();

    private MemberPod() {}

    /** Name of the pod of one incarnation: never used twice, since the old pod may linger on a dead node. */
    static String name(String gang, int index, int incarnation) {
        return gang + "-" + index + "-" + incarnation;
    }

    /** A template made a PodSpec, or why it may not be one. */
    sealed interface Outline {
        /** @param spec without what differs from member to member */
        record Drawn(PodSpec spec) implements Outline {}

        record Refused(String why) implements Outline {}
    }

    /** The part that is equal for all members: the template with its overlay, checked, and secured. */
    @SuppressWarnings("unchecked") // An object in JSON is a map.
    static Outline outline(MemberTemplate template, ContractFramework framework) {
        var objection = OverlayPolicy.objection(template.overlay());
        if (objection.isPresent()) {
            return new Outline.Refused(objection.get());
        }
        PodSpec merged;
        try {
            var fields = (Map<String, Object>) JSON.convertValue(CuratedSpec.of(template), Map.class);
            merged = JSON.convertValue(StrategicMerge.merge(fields, template.overlay()), PodSpec.class);
        } catch (IllegalArgumentException unreadable) {
            return new Outline.Refused("overlay is not a part of a PodSpec: " + unreadable.getMessage());
        }
        boolean ownImage = framework == ContractFramework.Bundled || framework == ContractFramework.Serving;
        return PodPolicy.objection(merged)
                .<Outline>map(Outline.Refused::new)
                .orElseGet(() -> new Outline.Drawn(SecureDefaults.of(merged, ownImage)));
    }

    /**
     * One member's pod.
     *
     * @param outline what all members have in common
     * @param member which of them it is
     * @param node where it is to run; empty if a scheduler of somebody else chooses
     */
    static Pod of(GangView view, PodSpec outline, Member member, Optional<String> node) {
        var spec = view.spec();
        var gang = view.key();
        var podSpec = new PodSpecBuilder(outline)
                .withHostname(MemberName.host(member.index()))
                .withSubdomain(MemberName.service(gang.name()))
                .withRestartPolicy(spec.lifecycle() == Lifecycle.Finite ? "Never" : "Always")
                .addToTolerations(patience("not-ready"), patience("unreachable"))
                .addToVolumes(token())
                .withContainers(outline.getContainers().stream()
                        .map(container -> container.getName().equals(MemberTemplate.CONTAINER)
                                ? own(container, view, member)
                                : container)
                        .toList());
        node.map(NodePin::to).ifPresent(podSpec::withAffinity);
        return new PodBuilder()
                .withMetadata(new ObjectMetaBuilder()
                        .withName(name(gang.name(), member.index(), member.incarnation()))
                        .withNamespace(gang.namespace())
                        .withLabels(labels(view, member))
                        .withOwnerReferences(Owners.controlledBy(view.gang()))
                        .build())
                .withSpec(podSpec.build())
                .build();
    }

    private static Map<String, String> labels(GangView view, Member member) {
        var inherited =
                Optional.ofNullable(view.gang().getMetadata().getLabels()).orElse(Map.of());
        var labels = new TreeMap<>(inherited);
        labels.put(Labels.GANG, view.key().name());
        labels.put(Labels.MEMBER_INDEX, Integer.toString(member.index()));
        labels.put(Labels.INCARNATION, Integer.toString(member.incarnation()));
        labels.put(Labels.GENERATION, Long.toString(member.generation()));
        labels.put(Labels.IN_SERVICE, Labels.YES);
        Optional.ofNullable(view.spec().revision()).ifPresent(revision -> labels.put(Labels.RUNS, revision));
        return labels;
    }

    private static Container own(Container container, GangView view, Member member) {
        var framework = Frameworks.of(view.spec().contract());
        var injected = MemberEnvironment.render(framework, member);
        var built = new ContainerBuilder(container)
                .withEnv(overridden(container.getEnv(), injected))
                .addNewVolumeMount()
                .withName(TOKEN_VOLUME)
                .withMountPath(MemberEnvironment.TOKEN_FILE.substring(0, MemberEnvironment.TOKEN_FILE.lastIndexOf('/')))
                .withReadOnly(true)
                .endVolumeMount()
                .build();
        return view.spec().contract().framework() == ContractFramework.Serving
                ? ServingContainer.watched(built)
                : built;
    }

    private static List<EnvVar> overridden(List<EnvVar> given, List<EnvVar> injected) {
        var names = injected.stream().map(EnvVar::getName).collect(Collectors.toSet());
        // Ours first, so that a user's variable can refer to them as $(PLINTH_MEMBER_INDEX).
        return Stream.concat(injected.stream(), given.stream().filter(variable -> !names.contains(variable.getName())))
                .collect(Collectors.toCollection(ArrayList::new));
    }

    /** Whether a node is lost, and what then happens to its members, is decided here and not by the node controller. */
    private static Toleration patience(String taint) {
        return new Toleration("NoExecute", "node.kubernetes.io/" + taint, "Exists", null, null);
    }

    private static Volume token() {
        return new VolumeBuilder()
                .withName(TOKEN_VOLUME)
                .withNewProjected()
                .addNewSource()
                .withNewServiceAccountToken(TOKEN_AUDIENCE, TOKEN_SECONDS, "token")
                .endSource()
                .endProjected()
                .build();
    }
}
