package dev.plinth.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import org.junit.jupiter.api.Test;

class ControlPlaneIT {
    @Test
    void aControlPlaneComesUpAndLeavesNothingBehind() {
        var cluster = LocalCluster.controlPlane();
        var folder = cluster.kubeconfig().getParent();
        try (cluster) {
            assertThat(cluster.client().getKubernetesVersion().getGitVersion()).isEqualTo("v1.37.2");
            assertThat(cluster.components()).hasSize(5).allMatch(component -> component.alive());
        }
        assertThat(cluster.components()).noneMatch(component -> component.alive());
        assertThat(folder).doesNotExist();
    }

    @Test
    void whatWasWrittenSurvivesARestartOfTheApiServer() {
        try (var cluster = LocalCluster.controlPlane()) {
            var map = new ConfigMapBuilder()
                    .withNewMetadata()
                    .withName("kept")
                    .withNamespace("default")
                    .endMetadata()
                    .build();
            cluster.client().resource(map).create();
            cluster.killApiServer();
            cluster.startApiServer();
            assertThat(cluster.client()
                            .configMaps()
                            .inNamespace("default")
                            .withName("kept")
                            .get())
                    .isNotNull();
        }
    }

    @Test
    void aNameIsUsedByOneClusterAtATime() {
        try (var cluster = LocalCluster.controlPlane()) {
            assertThatThrownBy(() -> LocalCluster.up(cluster.spec(), Progress.silent()))
                    .isInstanceOf(TestbedException.class)
                    .hasMessageContaining("is up already");
        }
    }
}
