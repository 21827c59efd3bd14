package dev.plinth.demo;

import dev.plinth.api.v1alpha1.Recovered;
import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.api.v1alpha1.TrainingJobStatus;
import dev.plinth.testbed.TestbedException;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Watches a job from its first sign to its end and takes away a node in the middle, once there is a checkpoint to come back to. */
final class TrainingStory {
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final Duration AT_MOST = Duration.ofMinutes(8);
    private static final String REPAIRING =
            "repairing: a new pod takes the lost rank, then all resume from the last checkpoint";

    private final KubernetesClient client;
    private final Screen screen;
    private final JobWatch watch;
    private final String namespace;
    private final String name;
    private final Consumer<String> killNode;
    private final LossCurve losses = new LossCurve();
    private final Set<String> toldEvents = new HashSet<>();
    private Optional<String> killed = Optional.empty();
    private Optional<Instant> killedAt = Optional.empty();

    TrainingStory(
            KubernetesClient client,
            Screen screen,
            JobWatch watch,
            String namespace,
            String name,
            Consumer<String> killNode) {
        this.client = client;
        this.screen = screen;
        this.watch = watch;
        this.namespace = namespace;
        this.name = name;
        this.killNode = killNode;
    }

    /** Returns the finished job. */
    TrainingJob play() throws InterruptedException {
        long end = System.nanoTime() + AT_MOST.toNanos();
        while (System.nanoTime() < end) {
            TrainingJob job = watch.job();
            collectLoss(job);
            tellEvents();
            screen.show(JobTable.draw(watch.view(now(job)), losses));
            if (JobWatch.is(job, "Complete")) {
                screen.keep();
                return job;
            }
            if (JobWatch.is(job, "Failed")) {
                throw new TestbedException("training failed: "
                        + JobWatch.condition(job, "Failed").orElseThrow().getMessage());
            }
            if (killed.isEmpty() && halfWay(job)) {
                loseNode();
            }
            Thread.sleep(LOOK_EVERY);
        }
        throw new TestbedException("training was not over after " + AT_MOST.toMinutes() + " minutes");
    }

    LossCurve losses() {
        return losses;
    }

    /** From the moment of the kill, which only the demo knows, to what the operator put into the status. */
    Optional<Duration> sinceKill(TrainingJob job, Function<Recovered, @Nullable Instant> moment) {
        return killedAt.flatMap(from ->
                job.reported().map(TrainingJobStatus::lastRecovery).map(moment).map(at -> Duration.between(from, at)));
    }

    private void collectLoss(TrainingJob job) {
        job.reported()
                .map(TrainingJobStatus::progress)
                .ifPresent(progress -> Optional.ofNullable(progress.loss())
                        .ifPresent(loss -> losses.add(progress.step(), Double.parseDouble(loss))));
    }

    private static boolean halfWay(TrainingJob job) {
        return job.reported()
                .filter(status -> status.checkpoint() != null && status.progress() != null)
                .map(status -> Objects.requireNonNull(status.progress()))
                .filter(progress -> progress.totalSteps() != null && progress.step() * 5 >= progress.totalSteps() * 2)
                .isPresent();
    }

    /** The node of the last worker, whatever else is on it: an operator, even the one that leads, may be lost as well. */
    private void loseNode() {
        Pod victim = watch.pods().stream()
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                .max(Comparator.comparing(JobWatch::index))
                .orElseThrow();
        String node = victim.getSpec().getNodeName();
        screen.say("");
        screen.say(String.format(
                Locale.ROOT,
                "  ✂ node %s loses its network and all its processes, with rank %d%s on it: nobody gets a farewell packet",
                node,
                JobWatch.index(victim),
                leaderIsOn(node) ? " and the leading operator" : ""));
        killed = Optional.of(node);
        killedAt = Optional.of(Instant.now());
        killNode.accept(node);
    }

    private boolean leaderIsOn(String node) {
        return Operators.leader(client)
                .filter(pod -> node.equals(pod.getSpec().getNodeName()))
                .isPresent();
    }

    private void tellEvents() {
        for (Event event : client.v1().events().inNamespace(namespace).list().getItems()) {
            boolean ours = name.equals(event.getInvolvedObject().getName())
                    && "plinth.dev/v1alpha1".equals(event.getInvolvedObject().getApiVersion());
            String text = event.getReason() + ": " + event.getMessage();
            if (ours && toldEvents.add(text)) {
                screen.say("  ● " + text);
            }
        }
    }

    private String now(TrainingJob job) {
        if (JobWatch.is(job, "Complete")) {
            return "trained";
        }
        Optional<Recovered> repair = job.reported().map(TrainingJobStatus::lastRecovery);
        // Events arrive before the status, which is written at most every few seconds.
        if (repair.isEmpty() && toldEvents.stream().anyMatch(event -> event.startsWith("FormingAgain"))) {
            return REPAIRING;
        }
        if (killed.isPresent() && repair.isEmpty()) {
            return "node " + killed.orElseThrow() + " is silent; waiting for the operator to be sure of it";
        }
        if (repair.filter(r -> r.resumedAt() == null).isPresent()) {
            return REPAIRING;
        }
        if (job.reported().map(TrainingJobStatus::progress).isPresent()) {
            return repair.isPresent() ? "training again" : "training";
        }
        return JobWatch.is(job, "Placed")
                ? "all workers have a node; containers start and ranks find each other"
                : JobWatch.condition(job, "Placed")
                        .map(condition -> condition.getMessage())
                        .orElse("waiting for the operator");
    }
}
