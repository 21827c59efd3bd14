package dev.plinth.controller.gang.backend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.TopologyWish;
import dev.plinth.controller.kubernetes.ServedApis;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How wishes of a gang are put into the words of Kueue and Volcano. */
class QueuedGroupsTest {
    private static final ServedApis UNASKED = new ServedApis(new KubernetesClientBuilder().build(), Clock.systemUTC());

    @Test
    void a_preferred_level_is_given_to_kueue_as_its_node_label() {
        assertThat(kueue(new TopologyWish(null, "rack")))
                .containsEntry("kueue.x-k8s.io/podset-preferred-topology", "net/rack")
                .doesNotContainKey("kueue.x-k8s.io/podset-required-topology");
    }

    @Test
    void kueue_admits_one_wish_and_gets_the_stricter() {
        assertThat(kueue(new TopologyWish("block", "rack")))
                .containsEntry("kueue.x-k8s.io/podset-required-topology", "net/block")
                .doesNotContainKey("kueue.x-k8s.io/podset-preferred-topology");
    }

    @Test
    void a_required_level_is_given_to_volcano_as_its_tier_from_within() {
        assertThat(volcano(new TopologyWish("block", null)))
                .containsEntry("networkTopology", Map.of("mode", "hard", "highestTierAllowed", 2));
    }

    @Test
    void a_preferred_level_is_soft_to_volcano() {
        assertThat(volcano(new TopologyWish(null, "rack"))).containsEntry("networkTopology", Map.of("mode", "soft"));
    }

    @Test
    void the_name_of_a_group_fits_a_label_whatever_the_name_of_its_gang() {
        var gang = gang(null);
        gang.getMetadata().setName("g".repeat(55));

        assertThat(PodGroups.name(gang)).hasSize(63);
    }

    private static Map<String, String> kueue(TopologyWish wish) {
        var group = new KueueGroup(gang(wish), "team-a", UNASKED, level -> Optional.of("net/" + level));
        return group.dressed(new PodBuilder().withNewMetadata().endMetadata().build())
                .getMetadata()
                .getAnnotations();
    }

    private static Map<String, Object> volcano(TopologyWish wish) {
        var group = new VolcanoGroup(gang(wish), "team-a", UNASKED, List.of("block", "rack"));
        return ((GenericKubernetesResource) group.companions().getFirst()).get("spec");
    }

    private static Gang gang(@Nullable TopologyWish wish) {
        var topology = wish == null ? "{}" : new KubernetesSerialization().asJson(wish);
        return new KubernetesSerialization().unmarshal("""
                        apiVersion: plinth.dev/v1alpha1
                        kind: Gang
                        metadata: {name: llama, namespace: ml, uid: 0b9a3c1e-5a6f-4b0e-9d57-0d3b6f0c9a11}
                        spec:
                          size: 4
                          template: {image: example.com/train:1}
                          contract: {framework: TorchStatic}
                          lifecycle: Finite
                          topology: %s
                        """.formatted(topology), Gang.class);
    }
}
