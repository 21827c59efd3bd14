package dev.plinth.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.placement.Resources;
import dev.plinth.planner.hardware.Catalogue;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SuitabilityTest {
    private static final String PRODUCT = "nvidia.com/gpu.product";
    private static final Suitability FOR_H100 =
            new Suitability(Map.of(), List.of(), Optional.of("H100"), Catalogue.standard());

    private final NodeFacts h100 = node("a", Map.of(PRODUCT, "NVIDIA-H100-80GB-HBM3"));
    private final NodeFacts a100 = node("b", Map.of(PRODUCT, "NVIDIA-A100-SXM4-80GB"));
    private final NodeFacts silent = node("c", Map.of());
    private final NodeFacts unknown = node("d", Map.of(PRODUCT, "NVIDIA-H800"));

    @Test
    void a_node_that_says_it_has_another_accelerator_is_told_by_what_it_has() {
        assertThat(FOR_H100.unsuited(List.of(h100, a100, silent)))
                .isEqualTo(Map.of("b", "has NVIDIA-A100-SXM4-80GB, not H100"));
    }

    @Test
    void a_label_that_the_catalogue_does_not_know_stands_for_the_accelerator_where_no_other_does() {
        assertThat(FOR_H100.unsuited(List.of(unknown, a100))).containsOnlyKeys("b");
        assertThat(FOR_H100.unsuited(List.of(unknown, h100))).containsOnlyKeys("d");
    }

    @Test
    void without_a_plan_the_accelerator_does_not_matter() {
        var any = new Suitability(Map.of(), List.of(), Optional.empty(), Catalogue.standard());

        assertThat(any.unsuited(List.of(h100, a100, silent))).isEmpty();
        assertThat(any.affinity(List.of(h100, a100, silent))).isEmpty();
    }

    @Test
    void labels_and_taints_are_told_first() {
        var tainted = new NodeFacts(
                "t",
                Map.of(),
                List.of(new Taint("NoSchedule", "gpu", null, "yes")),
                Resources.NONE,
                "True",
                Instant.EPOCH,
                false,
                false);
        var selecting = new Suitability(Map.of("pool", "big"), List.of(), Optional.of("H100"), Catalogue.standard());
        var tolerating = new Suitability(
                Map.of(),
                List.of(new Toleration(null, "gpu", "Exists", null, null)),
                Optional.empty(),
                Catalogue.standard());

        assertThat(selecting.unsuited(List.of(a100))).isEqualTo(Map.of("b", "lacks the label pool=big"));
        assertThat(FOR_H100.unsuited(List.of(tainted))).isEqualTo(Map.of("t", "has the taint gpu"));
        assertThat(tolerating.unsuited(List.of(tainted))).isEmpty();
    }

    @Test
    void another_scheduler_is_told_by_affinity_which_labels_to_stay_away_from() {
        var terms = FOR_H100.affinity(List.of(h100, a100, silent))
                .orElseThrow()
                .getNodeAffinity()
                .getRequiredDuringSchedulingIgnoredDuringExecution()
                .getNodeSelectorTerms();

        assertThat(terms).hasSize(1);
        assertThat(terms.getFirst().getMatchExpressions())
                .containsExactly(new NodeSelectorRequirement(PRODUCT, "NotIn", List.of("NVIDIA-A100-SXM4-80GB")));
        assertThat(FOR_H100.affinity(List.of(h100, silent))).isEmpty();
    }

    private static NodeFacts node(String name, Map<String, String> labels) {
        return new NodeFacts(name, labels, List.of(), Resources.NONE, "True", Instant.EPOCH, false, false);
    }
}
