package dev.plinth.controller;

import static org.awaitility.Awaitility.await;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.Model;
import dev.plinth.api.v1alpha1.ModelService;
import dev.plinth.api.v1alpha1.ModelServiceStatus;
import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.api.v1alpha1.TrainingJobStatus;
import dev.plinth.controller.kubernetes.Conditions;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;

/** One namespace of a real API server, as a user of Plinth sees it. */
public record Workloads(KubernetesClient client, String namespace) {

    /** Long enough for a machine under load; nothing waits longer than it must. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Applies the text as it is, so that the API server fills in its defaults. */
    public void apply(String yaml) {
        var object = client.getKubernetesSerialization().unmarshal(yaml, GenericKubernetesResource.class);
        object.getMetadata().setNamespace(namespace);
        client.resource(object).fieldManager("user").forceConflicts().serverSideApply();
    }

    /** A claim, and a volume that is kept for it. */
    public void claim(String name) {
        client.resource(client.getKubernetesSerialization()
                        .unmarshal("""
                                apiVersion: v1
                                kind: PersistentVolume
                                metadata: {name: %1$s-%2$s}
                                spec:
                                  accessModes: [ReadWriteMany]
                                  capacity: {storage: 1Gi}
                                  claimRef: {namespace: %1$s, name: %2$s}
                                  hostPath: {path: /nowhere}
                                """.formatted(namespace, name), PersistentVolume.class))
                .serverSideApply();
        apply("""
                apiVersion: v1
                kind: PersistentVolumeClaim
                metadata: {name: %s}
                spec:
                  accessModes: [ReadWriteMany]
                  storageClassName: ""
                  resources: {requests: {storage: 1Gi}}
                """.formatted(name));
    }

    /** A quota by which nothing of a kind may be made, in force. */
    public void quotaOfNone(String counted) {
        apply("""
                apiVersion: v1
                kind: ResourceQuota
                metadata: {name: none}
                spec: {hard: {%s: "0"}}
                """.formatted(counted));
        eventually(() ->
                find(ResourceQuota.class, "none").orElseThrow().getStatus().getHard() != null);
    }

    public <T extends HasMetadata> Optional<T> find(Class<T> kind, String name) {
        return Optional.ofNullable(
                client.resources(kind).inNamespace(namespace).withName(name).get());
    }

    public TrainingJob job(String name) {
        return find(TrainingJob.class, name).orElseThrow();
    }

    public ModelService service(String name) {
        return find(ModelService.class, name).orElseThrow();
    }

    /** Pods that carry a label, in the order of their names. */
    public List<Pod> pods(String label, String value) {
        return client.pods().inNamespace(namespace).withLabel(label, value).list().getItems().stream()
                .sorted(Comparator.comparing(pod -> pod.getMetadata().getName()))
                .toList();
    }

    public List<Gang> gangs(String label, String value) {
        return client.resources(Gang.class)
                .inNamespace(namespace)
                .withLabel(label, value)
                .list()
                .getItems();
    }

    /** What a condition of the job says, as {@code True Reason}. */
    public String jobSays(String name, String type) {
        return says(job(name).reported().map(TrainingJobStatus::conditions).orElse(List.of()), type);
    }

    /** The message of a condition of the job. */
    public String jobMessage(String name, String type) {
        return Conditions.find(
                        job(name).reported().map(TrainingJobStatus::conditions).orElse(List.of()), type)
                .map(Condition::getMessage)
                .orElse("absent");
    }

    public String serviceSays(String name, String type) {
        return says(service(name).reported().map(ModelServiceStatus::conditions).orElse(List.of()), type);
    }

    public String modelSays(String name) {
        return says(
                find(Model.class, name)
                        .flatMap(Model::reported)
                        .map(dev.plinth.api.v1alpha1.ModelStatus::conditions)
                        .orElse(List.of()),
                "Ready");
    }

    private static String says(List<Condition> conditions, String type) {
        return Conditions.find(conditions, type)
                .map(condition -> condition.getStatus() + " " + condition.getReason())
                .orElse("absent");
    }

    public static void eventually(Callable<Boolean> holds) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .ignoreExceptions()
                .until(holds);
    }

    /** Ends a pod as its kubelet would: the container's last words stay in the status. */
    public void succeed(Pod pod, String lastWords) {
        var now = Instant.now().toString();
        client.resource(pod)
                .editStatus(running -> new PodBuilder(running)
                        .editStatus()
                        .withPhase("Succeeded")
                        .editFirstContainerStatus()
                        .withReady(false)
                        .withState(new ContainerStateBuilder()
                                .withNewTerminated()
                                .withExitCode(0)
                                .withReason("Completed")
                                .withStartedAt(now)
                                .withFinishedAt(now)
                                .withMessage(lastWords)
                                .endTerminated()
                                .build())
                        .endContainerStatus()
                        .endStatus()
                        .build());
    }

    /** Ends a pod as its kubelet would when the container fails. */
    public void fail(String pod, int exitCode, String lastWords) {
        now(
                pod,
                "Failed",
                new ContainerStateBuilder()
                        .withNewTerminated()
                        .withExitCode(exitCode)
                        .withReason("Error")
                        .withMessage(lastWords)
                        .endTerminated()
                        .build());
    }

    /** Ends a pod as its kubelet would that does not admit it: no container ever ran. */
    public void reject(String pod, String reason, String message) {
        client.pods()
                .inNamespace(namespace)
                .withName(pod)
                .editStatus(before -> new PodBuilder(before)
                        .withNewStatus()
                        .withPhase("Failed")
                        .withReason(reason)
                        .withMessage(message)
                        .endStatus()
                        .build());
    }

    /** Lets the container of a pod wait, as its kubelet would. */
    public void waits(String pod, String reason, String message) {
        now(
                pod,
                "Pending",
                new ContainerStateBuilder().withNewWaiting(message, reason).build());
    }

    /** Lets a pod wait for what it mounts since a minute ago, as its kubelet would, and complain of it in an event. */
    public void cannotMount(String pod, String complaint) {
        waits(pod, "ContainerCreating", "");
        var stuck = client.pods()
                .inNamespace(namespace)
                .withName(pod)
                .editStatus(before -> new PodBuilder(before)
                        .editStatus()
                        .addNewCondition()
                        .withType("PodReadyToStartContainers")
                        .withStatus("False")
                        .withLastTransitionTime(Instant.now()
                                .minusSeconds(60)
                                .truncatedTo(ChronoUnit.SECONDS)
                                .toString())
                        .endCondition()
                        .endStatus()
                        .build());
        client.resource(new EventBuilder()
                        .withNewMetadata()
                        .withGenerateName(pod + ".")
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewInvolvedObject()
                        .withKind("Pod")
                        .withNamespace(namespace)
                        .withName(pod)
                        .withUid(stuck.getMetadata().getUid())
                        .endInvolvedObject()
                        .withType("Warning")
                        .withReason("FailedMount")
                        .withMessage(complaint)
                        .withLastTimestamp(
                                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
                        .build())
                .create();
    }

    /** Lets the container of a pod run. */
    public void runs(String pod) {
        now(
                pod,
                "Running",
                new ContainerStateBuilder()
                        .withNewRunning(Instant.now().toString())
                        .build());
    }

    private void now(String pod, String phase, ContainerState state) {
        client.pods()
                .inNamespace(namespace)
                .withName(pod)
                .editStatus(before -> new PodBuilder(before)
                        .editStatus()
                        .withPhase(phase)
                        .editFirstContainerStatus()
                        .withState(state)
                        .endContainerStatus()
                        .endStatus()
                        .build());
    }

    /** Whether an event with that reason was told about an object of that name. */
    public boolean told(String name, String reason) {
        return client.v1().events().inNamespace(namespace).list().getItems().stream()
                .anyMatch(
                        event -> name.equals(event.getInvolvedObject().getName()) && reason.equals(event.getReason()));
    }
}
