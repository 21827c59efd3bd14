package dev.plinth.controller.gang;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.controller.SimulatedCluster;
import dev.plinth.controller.kubernetes.Conditions;
import dev.plinth.controller.kubernetes.Labels;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import org.awaitility.core.ConditionTimeoutException;

/** What tests ask of gangs and do to them. */
public final class LiveGangs {
    private final SimulatedCluster cluster;

    public LiveGangs(SimulatedCluster cluster) {
        this.cluster = cluster;
    }

    long running(String namespace) {
        return cluster.client().resources(Gang.class).inNamespace(namespace).list().getItems().stream()
                .flatMap(gang -> gang.reported().stream())
                .filter(status -> Conditions.isTrue(status.conditions(), GangConditions.RUNNING))
                .count();
    }

    /** Lets a simulated pod end as if its container had. */
    void end(String namespace, String name, int exitCode) {
        cluster.client()
                .pods()
                .inNamespace(namespace)
                .withName(name)
                .editStatus(pod -> new PodBuilder(pod)
                        .editStatus()
                        .withPhase(exitCode == 0 ? "Succeeded" : "Failed")
                        .withContainerStatuses(new ContainerStatusBuilder()
                                .withName("member")
                                .withImage("none")
                                .withImageID("")
                                .withReady(false)
                                .withRestartCount(0)
                                .withNewState()
                                .withNewTerminated()
                                .withExitCode(exitCode)
                                .endTerminated()
                                .endState()
                                .build())
                        .endStatus()
                        .build());
    }

    void awaitPods(String namespace, String gang, String... names) {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(pods(namespace, gang))
                        .extracting(pod -> pod.getMetadata().getName())
                        .containsExactly(names));
    }

    void awaitReason(String namespace, String name, String type, String reason) {
        await().atMost(Duration.ofSeconds(60))
                .until(() -> gang(namespace, name)
                        .reported()
                        .flatMap(status -> Conditions.find(status.conditions(), type))
                        .filter(condition -> reason.equals(condition.getReason()))
                        .isPresent());
    }

    static List<String> uids(List<Pod> pods) {
        return pods.stream().map(pod -> pod.getMetadata().getUid()).toList();
    }

    List<String> reasons(String namespace, String name) {
        return cluster.client().v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(event -> name.equals(event.getInvolvedObject().getName()))
                .map(event -> event.getReason())
                .toList();
    }

    /** Whether all members of that formation run, as far as the gang knows. */
    boolean isRunning(String namespace, String name, int generation) {
        var gang = gang(namespace, name);
        return gang.getSpec().formationOrFirst().generation() == generation
                && gang.reported()
                        .filter(status -> gang.getMetadata().getGeneration().equals(status.observedGeneration()))
                        .filter(status -> Conditions.isTrue(status.conditions(), GangConditions.RUNNING))
                        .isPresent();
    }

    void awaitCondition(String namespace, String name, String type) {
        try {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> gang(namespace, name)
                            .reported()
                            .filter(status -> Conditions.isTrue(status.conditions(), type))
                            .isPresent());
        } catch (ConditionTimeoutException late) {
            throw new AssertionError("not " + type + ":\n" + Serialization.asYaml(gang(namespace, name)), late);
        }
    }

    Gang gang(String namespace, String name) {
        return cluster.client()
                .resources(Gang.class)
                .inNamespace(namespace)
                .withName(name)
                .require();
    }

    List<Pod> pods(String namespace, String gang) {
        return cluster.client()
                .pods()
                .inNamespace(namespace)
                .withLabel(Labels.GANG, gang)
                .list()
                .getItems();
    }
}
