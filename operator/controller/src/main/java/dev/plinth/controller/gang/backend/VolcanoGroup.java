package dev.plinth.controller.gang.backend;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.controller.kubernetes.ServedApis;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * A PodGroup of Volcano, whose scheduler binds the pods. It stays while members are replaced: Volcano counts those that
 * run towards {@code minMember}.
 *
 * @param levels of the network, outermost first, without the level host
 */
record VolcanoGroup(Gang gang, String queue, ServedApis apis, List<String> levels) implements BackEnd {
    static final String API = "scheduling.volcano.sh/v1beta1";
    static final String KIND = "PodGroup";
    private static final String GROUP_ANNOTATION = "scheduling.k8s.io/group-name";

    @Override
    public String name() {
        return "Volcano";
    }

    @Override
    public boolean followsOurPlan() {
        return false;
    }

    @Override
    public Optional<String> objection() {
        if (!apis.serves(API, KIND)) {
            return Optional.of("this cluster does not serve " + KIND + " of " + API
                    + ": install Volcano, or set spec.scheduling.plinth");
        }
        return required()
                .filter(level -> tier(level).isEmpty())
                .map(level -> "spec.topology.required names the level " + level
                        + ", which Volcano cannot hold pods to: name a level of the ClusterTopology other than host");
    }

    @Override
    public List<HasMetadata> companions() {
        var spec = new TreeMap<String, Object>();
        spec.put("minMember", gang.getSpec().size());
        spec.put("queue", queue);
        Optional.ofNullable(gang.getSpec().template().priorityClassName())
                .ifPresent(priority -> spec.put("priorityClassName", priority));
        networkTopology().ifPresent(topology -> spec.put("networkTopology", topology));
        return List.of(PodGroups.of(gang, API, KIND, spec));
    }

    @Override
    public Pod dressed(Pod pod) {
        return new PodBuilder(pod)
                .editMetadata()
                .addToAnnotations(GROUP_ANNOTATION, PodGroups.name(gang))
                .endMetadata()
                .editSpec()
                .withSchedulerName("volcano")
                .endSpec()
                .build();
    }

    /** Volcano counts tiers of HyperNodes from the innermost, 1; its soft mode prefers the lowest that fits. */
    private Optional<Map<String, Object>> networkTopology() {
        var tier = required().map(this::tier).orElse(OptionalInt.empty());
        if (tier.isPresent()) {
            return Optional.of(new TreeMap<>(Map.of("mode", "hard", "highestTierAllowed", tier.getAsInt())));
        }
        return Optional.ofNullable(gang.getSpec().topology()).map(preferred -> new TreeMap<>(Map.of("mode", "soft")));
    }

    private Optional<String> required() {
        return Optional.ofNullable(gang.getSpec().topology()).flatMap(wish -> Optional.ofNullable(wish.required()));
    }

    private OptionalInt tier(String level) {
        int depth = levels.indexOf(level);
        return depth < 0 ? OptionalInt.empty() : OptionalInt.of(levels.size() - depth);
    }
}
