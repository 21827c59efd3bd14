package dev.plinth.controller.planning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.GangSpec;
import dev.plinth.placement.Dimension;
import dev.plinth.placement.Mesh;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;

class GangMeshTest {
    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    @Test
    void a_gang_without_a_plan_has_no_mesh() {
        assertThat(GangMesh.of(gang(3, ""))).isEqualTo(Mesh.NONE);
    }

    @Test
    void the_groups_of_a_plan_are_the_dimensions_of_the_mesh() {
        var mesh = GangMesh.of(gang(2, """
                plan:
                  accelerators: 16
                  groups:
                  - {dimension: Tensor, degree: 4, traffic: Ring, bytesPerStep: 1000}
                  - {dimension: Expert, degree: 2, traffic: AllToAll, bytesPerStep: 100}
                  - {dimension: Pipeline, degree: 2, traffic: PointToPoint, bytesPerStep: 10}
                """));

        assertThat(mesh)
                .isEqualTo(Mesh.of(
                        8,
                        Dimension.ring("tensor", 4, 1000),
                        Dimension.allToAll("expert", 2, 100),
                        Dimension.pointToPoint("pipeline", 2, 10)));
    }

    @Test
    void groups_that_the_members_cut_unevenly_are_not_placed_by() {
        assertThat(GangMesh.of(gang(3, """
                plan:
                  accelerators: 24
                  groups:
                  - {dimension: Tensor, degree: 2, traffic: Ring, bytesPerStep: 1000}
                  - {dimension: Data, degree: 6, traffic: Ring, bytesPerStep: 1000}
                  - {dimension: Pipeline, degree: 2, traffic: PointToPoint, bytesPerStep: 10}
                """))).isEqualTo(Mesh.NONE);
    }

    @Test
    void more_bytes_than_placement_counts_keep_their_proportions() {
        var mesh = GangMesh.of(gang(2, """
                plan:
                  accelerators: 16
                  groups:
                  - {dimension: Tensor, degree: 8, traffic: Ring, bytesPerStep: 4000000000000}
                  - {dimension: Data, degree: 2, traffic: Ring, bytesPerStep: 1000000000000}
                """));

        assertThat(mesh.dimensions()).extracting(Dimension::bytesPerStep).containsExactly(1e12, 0.25e12);
    }

    private static GangSpec gang(int size, String plan) {
        return YAML.unmarshal(("spec:\n  size: " + size + "\n" + plan.indent(2)), Gang.class)
                .getSpec();
    }
}
