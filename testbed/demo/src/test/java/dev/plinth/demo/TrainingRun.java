package dev.plinth.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.GangSpec.Formation;
import dev.plinth.api.v1alpha1.Model;
import dev.plinth.api.v1alpha1.Recovered;
import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.api.v1alpha1.TrainingJobStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** One training job on the real cluster, the moments of its life, and what became of it. */
final class TrainingRun {
    private static final Duration PATIENCE = Duration.ofMinutes(6);
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);

    private final RealCluster cluster;
    private final String name;
    private final JobWatch watch;

    TrainingRun(RealCluster cluster, String name) {
        this.cluster = cluster;
        this.name = name;
        this.watch = new JobWatch(cluster.client(), RealCluster.NAMESPACE, name, List.of());
    }

    /** The sample of the bundled trainer under another name and with fewer steps; its model has the job's name. */
    static TrainingRun begin(RealCluster cluster, String name, int steps) {
        var job = sample("training-job.yaml");
        ((ObjectNode) job.required("metadata")).put("name", name);
        ((ObjectNode) job.at("/spec/framework/bundled")).put("steps", steps);
        ((ObjectNode) job.at("/spec/output")).put("model", name);
        cluster.client()
                .resource(job.toString())
                .inNamespace(RealCluster.NAMESPACE)
                .create();
        return new TrainingRun(cluster, name);
    }

    /** The first document of a sample. */
    static JsonNode sample(String file) {
        try {
            return new ObjectMapper(new YAMLFactory())
                    .readTree(Files.newBufferedReader(RealCluster.REPOSITORY.resolve("samples/" + file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    TrainingJob job() {
        return watch.job();
    }

    List<Pod> pods() {
        return watch.pods();
    }

    /** The pod of a member; of its successor, if it was replaced. */
    Pod pod(int member) {
        return pods().stream()
                .filter(pod -> JobWatch.index(pod) == member)
                .reduce((first, last) -> last)
                .orElseThrow();
    }

    /** Empty while the container is being made: the kubelet answers 400 then. */
    String log(int member) {
        try {
            return cluster.client()
                    .pods()
                    .inNamespace(RealCluster.NAMESPACE)
                    .withName(pod(member).getMetadata().getName())
                    .getLog();
        } catch (KubernetesClientException notYet) {
            if (notYet.getCode() == 400) {
                return "";
            }
            throw notYet;
        }
    }

    /** As {@code kubectl delete pod} does. */
    void deletePod(int member) {
        cluster.client().resource(pod(member)).delete();
    }

    Optional<Recovered> lastRecovery() {
        return job().reported().map(TrainingJobStatus::lastRecovery);
    }

    int generation() {
        return Optional.ofNullable(cluster.client()
                        .resources(Gang.class)
                        .inNamespace(RealCluster.NAMESPACE)
                        .withName(name)
                        .get())
                .map(gang -> gang.getSpec().formationOrFirst())
                .map(Formation::generation)
                .orElse(0);
    }

    void awaitPods() {
        until("pods", () -> !pods().isEmpty());
    }

    void awaitRunning() {
        until(
                "running containers",
                () -> pods().size() > 0
                        && pods().stream()
                                .allMatch(
                                        pod -> "Running".equals(pod.getStatus().getPhase())));
    }

    void awaitCheckpoint() {
        until(
                "a checkpoint",
                () -> job().reported().map(TrainingJobStatus::checkpoint).isPresent());
    }

    void awaitGeneration(int generation) {
        until("formation " + generation, () -> generation() >= generation);
    }

    void awaitLog(int member, String line) {
        awaitRunning();
        until("'%s' in the log".formatted(line), () -> log(member).contains(line));
    }

    void awaitLastWord() {
        until(
                "the end of all containers",
                () -> pods().stream()
                        .allMatch(pod -> "Succeeded".equals(pod.getStatus().getPhase())));
    }

    /** Returns the complete job; a failed one fails the test with its own words. */
    TrainingJob awaitComplete() {
        until("completion", () -> {
            assertThat(JobWatch.is(job(), "Failed")).as(this::story).isFalse();
            return JobWatch.is(job(), "Complete");
        });
        return job();
    }

    /** SHA-256 of the weights that the job has published, read from the volume. */
    String publishedWeights() {
        var uri = Objects.requireNonNull(
                        cluster.client()
                                .resources(Model.class)
                                .inNamespace(RealCluster.NAMESPACE)
                                .withName(name)
                                .get(),
                        () -> "no Model " + name)
                .getSpec()
                .source()
                .uri();
        var place = uri.substring("pvc://".length()).split("/", 2);
        var file = SetUp.folderOfClaim(cluster.client(), place[0]).resolve(Path.of(place[1], "model.safetensors"));
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Each member index has exactly one pod that ended well. */
    void hasEndedWithOnePodForEachRank() {
        assertThat(pods().stream()
                        .filter(pod -> "Succeeded".equals(pod.getStatus().getPhase()))
                        .map(JobWatch::index))
                .containsExactlyElementsOf(
                        IntStream.range(0, job().getSpec().workers().count())
                                .boxed()
                                .toList());
    }

    private String story() {
        return job().reported().map(status -> status.conditions().toString()).orElse("no status");
    }

    private void until(String what, Callable<Boolean> there) {
        Awaitility.await("%s of job %s".formatted(what, name))
                .atMost(PATIENCE)
                .pollInterval(LOOK_EVERY)
                .until(there);
    }
}
