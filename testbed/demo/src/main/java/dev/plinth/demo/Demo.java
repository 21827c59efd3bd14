package dev.plinth.demo;

import dev.plinth.api.v1alpha1.Recovered;
import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.api.v1alpha1.TrainingJobStatus;
import dev.plinth.testbed.ClusterSpec;
import dev.plinth.testbed.RunningCluster;
import dev.plinth.testbed.TestbedException;
import dev.plinth.testbed.cli.Background;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The main job, to be watched: train, lose a node, recover, publish, serve, on a real Kubernetes on this machine. */
@Command(name = "demo", mixinStandardHelpOptions = true, description = "Shows the whole way of one job.")
public final class Demo implements Callable<Integer> {
    private static final String NAMESPACE = "default";
    private static final String JOB = "shakespeare";
    private static final String SMALL_LLM = "smollm2";
    private static final List<String> PLACE = List.of("topology.plinth.dev/block", "topology.plinth.dev/rack");

    private static final String OPERATOR_LOGS = "kubectl -n %s logs -l app.kubernetes.io/name=%s --prefix --tail=20"
            .formatted(Operators.NAMESPACE, Operators.NAME);
    private static final List<String> AFTERWARDS = List.of(
            "kubectl get trainingjobs,gangs,models,modelservices",
            "kubectl describe trainingjob " + JOB,
            "kubectl get pods -o wide",
            "kubectl get nodes -L topology.plinth.dev/block -L topology.plinth.dev/rack",
            "kubectl explain trainingjob.spec",
            OPERATOR_LOGS);
    private static final List<String> AFTER_A_FAILURE = List.of(
            "kubectl get pods -A -o wide",
            "kubectl get events -A --sort-by=.metadata.creationTimestamp",
            "kubectl -n %s describe pods".formatted(Operators.NAMESPACE),
            OPERATOR_LOGS);

    @Option(names = "--keep", description = "Keep the cluster afterwards, also when the demo fails.")
    private boolean keep;

    @Option(
            names = "--repository",
            description = "Folder of the Plinth checkout. Default: the present one.",
            defaultValue = ".")
    private Path repository = Path.of(".");

    private final Screen screen =
            new Screen(System.out, System.console() != null && System.console().isTerminal());
    private final AtomicBoolean over = new AtomicBoolean();

    public static void main(String[] args) {
        var demo = new Demo();
        int exit = new CommandLine(demo)
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    if (demo.over.get()) {
                        return 130; // What Ctrl-C ends fails on its way.
                    }
                    demo.tell(failure);
                    return 1;
                })
                .execute(args);
        // A story that failed ends its cluster in the shutdown hook.
        System.exit(exit);
    }

    @Override
    public Integer call() throws InterruptedException {
        var spec = ClusterSpec.read(repository.resolve("testbed/demo/cluster.yaml"));
        Background.requireDown(spec.name());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> abandon(spec.name())));
        Instant start = Instant.now();
        screen.chapter("Set-up: a real Kubernetes on this machine");
        var setUp = new SetUp(repository, screen);
        Optional<Path> smallLlm = setUp.fetchSmallLlm();
        setUp.buildImages();
        Background cluster = Background.hold(spec, screen);
        try {
            setUp.loadImages(cluster);
            setUp.installOperator(cluster.client());
            smallLlm.ifPresent(file -> setUp.publishSmallLlm(cluster.client(), file));
            Instant ready = Instant.now();
            story(cluster, smallLlm.isPresent(), Duration.between(start, ready), ready);
        } catch (RuntimeException failure) {
            if (!keep || over.getAndSet(true)) {
                throw failure;
            }
            tell(failure);
            lookAround(cluster, AFTER_A_FAILURE);
            return 1;
        }
        over.set(true);
        if (keep) {
            lookAround(cluster, AFTERWARDS);
        } else {
            screen.now("ending the cluster");
            cluster.close();
            screen.done("ended the cluster, nothing is left of it; KEEP=1 make demo keeps it");
        }
        return 0;
    }

    /** A failure that is told for a person, as ours and the API server's are; any other is a mistake of this program, whose place is told too. */
    private void tell(Exception failure) {
        screen.keep();
        screen.say("");
        screen.say("demo: " + failure.getMessage());
        if (!(failure instanceof TestbedException || failure instanceof KubernetesClientException)) {
            failure.printStackTrace();
        }
    }

    /** Ctrl-C, or a failure: the cluster would end by itself a moment later, but nobody would see when. */
    private void abandon(String name) {
        if (!over.getAndSet(true)) {
            screen.chapter("Ending what was started");
            Background.down(name);
            screen.done("nothing is left of it");
        }
    }

    private void story(RunningCluster cluster, boolean withSmallLlm, Duration setUpTime, Instant ready)
            throws InterruptedException {
        KubernetesClient client = cluster.client();
        screen.chapter("Training: two workers, and one of their nodes is lost in the middle");
        Instant applied = Instant.now();
        Samples.apply(client, repository, "storage.yaml", "training-job.yaml", "model-service.yaml");
        screen.say(
                "  $ kubectl apply --server-side -f samples/storage.yaml -f samples/training-job.yaml -f samples/model-service.yaml");
        var watch = new JobWatch(client, NAMESPACE, JOB, PLACE);
        var training = new TrainingStory(client, screen, watch, NAMESPACE, JOB, cluster::killNode);
        TrainingJob job = training.play();

        screen.chapter("Serving: the model just trained comes up by itself");
        screen.say("  A model of this size, trained for two minutes, writes pseudo-words; its loss fell from "
                + training.losses().draw(40));
        var serving = new ServingStory(client, screen, NAMESPACE);
        String prompt = "ROMEO:";
        OpenAi.Answer trained = serving.ready(JOB).complete(JOB, prompt, 100);
        serving.tell(prompt, trained);
        if (withSmallLlm) {
            screen.chapter("Serving: a real small language model (SmolLM2-135M-Instruct)");
            Samples.apply(client, repository, "small-llm.yaml");
            String question = "What is the capital of France? Answer in one sentence.";
            serving.tell(question, serving.ready(SMALL_LLM).chat("smollm2-135m-instruct", question, 40));
        }

        screen.chapter("Summary");
        Optional<TrainingJobStatus> status = job.reported();
        new Summary(
                        since(applied, status.map(TrainingJobStatus::placedAt)),
                        since(applied, status.map(TrainingJobStatus::firstStepAt)),
                        training.sinceKill(job, Recovered::detectedAt),
                        training.sinceKill(job, Recovered::resumedAt),
                        status.map(TrainingJobStatus::lastRecovery).map(Recovered::lostSteps),
                        trained.toFirstToken(),
                        setUpTime,
                        Duration.between(ready, Instant.now()))
                .lines()
                .forEach(screen::say);
    }

    private static Optional<Duration> since(Instant from, Optional<Instant> to) {
        return to.map(at -> Duration.between(from, at)).map(d -> d.isNegative() ? Duration.ZERO : d);
    }

    private void lookAround(Background cluster, List<String> commands) {
        cluster.client().close();
        cluster.letGo();
        screen.chapter("The cluster stays. To look around:");
        cluster.shellLines().forEach(line -> screen.say("  " + line));
        commands.forEach(line -> screen.say("  " + line));
        screen.say("");
        screen.say("To end it:");
        screen.say("  make cluster-down NAME=" + cluster.name());
    }
}
