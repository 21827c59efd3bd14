package dev.plinth.controller.gang.backend;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.controller.kubernetes.ServedApis;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Plinth's own plan, bound by kube-scheduler for all pods or none: a PodGroup of {@code scheduling.k8s.io/v1beta1}
 * (Kubernetes 1.37, feature gate GenericWorkload), named by each pod in {@code spec.schedulingGroup}. It stands alone,
 * without a Workload, whose templates it would only repeat.
 */
record KubernetesGang(Gang gang, ServedApis apis) implements BackEnd {
    static final String API = "scheduling.k8s.io/v1beta1";
    static final String KIND = "PodGroup";

    @Override
    public String name() {
        return "kube-scheduler";
    }

    @Override
    public Optional<String> objection() {
        return apis.serves(API, KIND)
                ? Optional.empty()
                : Optional.of("this cluster does not serve " + KIND + " of " + API
                        + ": it needs Kubernetes 1.37 with the feature gate GenericWorkload on the API server,"
                        + " kube-scheduler and kube-controller-manager, and --runtime-config=" + API
                        + "=true on the API server; or set spec.scheduling.plinth");
    }

    @Override
    public List<HasMetadata> companions() {
        var spec = new TreeMap<String, Object>();
        spec.put(
                "schedulingPolicy",
                Map.of("gang", Map.of("minCount", gang.getSpec().size())));
        spec.put("disruptionMode", Map.of("all", Map.of()));
        Optional.ofNullable(gang.getSpec().template().priorityClassName())
                .ifPresent(priority -> spec.put("priorityClassName", priority));
        return List.of(PodGroups.of(gang, API, KIND, spec));
    }

    @Override
    public Pod dressed(Pod pod) {
        return new PodBuilder(pod)
                .editSpec()
                .withNewSchedulingGroup(PodGroups.name(gang))
                .endSpec()
                .build();
    }

    @Override
    public Optional<String> missing(Pod accepted) {
        var group = accepted.getSpec().getSchedulingGroup();
        return group != null && PodGroups.name(gang).equals(group.getPodGroupName())
                ? Optional.empty()
                : Optional.of("the API server dropped spec.schedulingGroup of the pod: turn the feature gate"
                        + " GenericWorkload on, or set spec.scheduling.plinth");
    }
}
