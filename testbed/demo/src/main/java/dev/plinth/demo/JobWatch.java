package dev.plinth.demo;

import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.api.v1alpha1.TrainingJobStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/** Looks at one training job and its pods through the API, as kubectl would. */
final class JobWatch {
    private static final String GANG = "plinth.dev/gang";
    private static final String MEMBER = "plinth.dev/member-index";

    private final KubernetesClient client;
    private final String namespace;
    private final String name;
    private final List<String> placeLabels;
    private final Map<String, String> places = new HashMap<>();

    /** @param placeLabels node labels that tell where a node is, outermost first */
    JobWatch(KubernetesClient client, String namespace, String name, List<String> placeLabels) {
        this.client = client;
        this.namespace = namespace;
        this.name = name;
        this.placeLabels = placeLabels;
    }

    TrainingJob job() {
        return Objects.requireNonNull(
                client.resources(TrainingJob.class)
                        .inNamespace(namespace)
                        .withName(name)
                        .get(),
                () -> "TrainingJob " + name + " is gone");
    }

    /** Pods of the job, lowest member index first; a member under repair may have two. */
    List<Pod> pods() {
        return client.pods().inNamespace(namespace).withLabel(GANG, name).list().getItems().stream()
                .sorted(Comparator.comparingInt(JobWatch::index)
                        .thenComparing(pod -> pod.getMetadata().getCreationTimestamp()))
                .toList();
    }

    static int index(Pod pod) {
        return Integer.parseInt(pod.getMetadata().getLabels().getOrDefault(MEMBER, "0"));
    }

    static boolean is(TrainingJob job, String conditionType) {
        return condition(job, conditionType)
                .filter(condition -> "True".equals(condition.getStatus()))
                .isPresent();
    }

    static Optional<Condition> condition(TrainingJob job, String type) {
        return job.reported().stream()
                .flatMap(status -> status.conditions().stream())
                .filter(condition -> type.equals(condition.getType()))
                .findFirst();
    }

    JobView view(String now) {
        TrainingJob job = job();
        Optional<TrainingJobStatus> status = job.reported();
        Optional<Long> checkpoint = status.map(TrainingJobStatus::checkpoint).map(TrainingJobStatus.Checkpoint::step);
        return new JobView(
                name,
                status.map(TrainingJobStatus::progress).map(progress -> step(progress, checkpoint.orElse(0L))),
                status.map(TrainingJobStatus::generation).orElse(1),
                status.map(TrainingJobStatus::domain).orElse(""),
                pods().stream().map(this::worker).toList(),
                checkpoint,
                state(job),
                now);
    }

    /** A checkpoint is told at once, a step every few seconds: the job is at least where its checkpoint is. */
    private static JobView.Step step(TrainingJobStatus.Progress progress, long checkpoint) {
        return new JobView.Step(
                Math.max(progress.step(), checkpoint),
                Optional.ofNullable(progress.totalSteps()).orElse(0L),
                Optional.ofNullable(progress.loss()).map(Double::parseDouble).orElse(Double.NaN),
                Optional.ofNullable(progress.tokensPerSecond()).orElse(0L));
    }

    private static String state(TrainingJob job) {
        for (String type : List.of("Complete", "Failed", "Running", "Placed")) {
            if (is(job, type)) {
                return type;
            }
        }
        return condition(job, "Placed").map(Condition::getReason).orElse("new");
    }

    private JobView.Worker worker(Pod pod) {
        String node = Optional.ofNullable(pod.getSpec().getNodeName()).orElse("-");
        String state = pod.getMetadata().getDeletionTimestamp() != null
                ? "Terminating"
                : pod.getStatus().getPhase();
        return new JobView.Worker(index(pod), pod.getMetadata().getName(), node, place(node), state);
    }

    private String place(String node) {
        return places.computeIfAbsent(node, n -> {
            Node found = client.nodes().withName(n).get();
            if (found == null) {
                return "";
            }
            Map<String, String> labels = found.getMetadata().getLabels();
            return placeLabels.stream()
                    .map(labels::get)
                    .filter(Objects::nonNull)
                    .collect(Collectors.joining(" / "));
        });
    }
}
