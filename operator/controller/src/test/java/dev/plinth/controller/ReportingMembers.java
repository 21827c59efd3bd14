package dev.plinth.controller;

import dev.plinth.controller.kubernetes.Labels;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Reports on behalf of the simulated pods of a job, twice a second, with tokens of their own. */
final class ReportingMembers implements AutoCloseable {
    private final Workloads user;
    private final String job;
    private final URI url;
    private final double tokensPerSecond;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, String> tokens = new ConcurrentHashMap<>();
    private final Set<Integer> answers = ConcurrentHashMap.newKeySet();
    private final AtomicLong step = new AtomicLong();
    private final Thread reporter;

    ReportingMembers(Workloads user, String job, URI url) {
        this(user, job, url, 100);
    }

    /** @param tokensPerSecond of all members together */
    ReportingMembers(Workloads user, String job, URI url, double tokensPerSecond) {
        this.tokensPerSecond = tokensPerSecond;
        this.user = user;
        this.job = job;
        this.url = url;
        reporter = Thread.ofVirtual().start(this::report);
    }

    /** The kinds of answers since they were last forgotten. */
    Set<Integer> answers() {
        return Set.copyOf(answers);
    }

    void forgetAnswers() {
        answers.clear();
    }

    @Override
    public void close() {
        reporter.interrupt();
        http.close();
    }

    private void report() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                step.incrementAndGet();
                for (var pod : user.pods(Labels.JOB, job)) {
                    report(pod);
                }
                Thread.sleep(Duration.ofMillis(500));
            }
        } catch (InterruptedException done) {
            Thread.currentThread().interrupt();
        }
    }

    private void report(Pod pod) throws InterruptedException {
        var labels = pod.getMetadata().getLabels();
        var body = """
                {"gang":"%s","namespace":"%s","member":%s,"incarnation":%s,"generation":%s,"state":"Training",
                 "progress":{"step":%d,"totalSteps":600,"loss":2.5,"tokensPerSecond":%s}}
                """.formatted(
                        job,
                        user.namespace(),
                        labels.get(Labels.MEMBER_INDEX),
                        labels.get(Labels.INCARNATION),
                        user.find(dev.plinth.api.v1alpha1.Gang.class, job)
                                .orElseThrow()
                                .getSpec()
                                .formationOrFirst()
                                .generation(),
                        step.get(),
                        tokensPerSecond);
        try {
            var token = tokens.computeIfAbsent(
                    pod.getMetadata().getUid(), unknown -> MemberToken.of(user.client(), pod, "plinth.dev"));
            var request = HttpRequest.newBuilder(url)
                    .timeout(Duration.ofSeconds(2))
                    .header("Authorization", "Bearer " + token)
                    .POST(BodyPublishers.ofString(body))
                    .build();
            answers.add(http.send(request, BodyHandlers.ofString()).statusCode());
        } catch (IOException | KubernetesClientException notNow) {
            // The operator is stopped, or the pod is just going.
        }
    }
}
