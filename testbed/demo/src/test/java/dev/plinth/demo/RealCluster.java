package dev.plinth.demo;

import dev.plinth.api.v1alpha1.ModelService;
import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.testbed.ClusterSpec;
import dev.plinth.testbed.LocalCluster;
import dev.plinth.testbed.Progress;
import dev.plinth.testbed.TestbedException;
import dev.plinth.testbed.image.Images;
import dev.plinth.testbed.nodes.NodeReadiness;
import dev.plinth.testbed.parts.Part;
import dev.plinth.testbed.parts.Parts;
import dev.plinth.testbed.process.Commands;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * The cluster of the demo with the operator in it, made of what this build has packaged; one for all tests of the JVM.
 * It dies with the JVM, however that ends.
 */
final class RealCluster {
    static final String NAMESPACE = "default";
    static final Path REPOSITORY = Path.of(System.getProperty("repository", "../.."));
    static final Duration PATIENCE = Duration.ofMinutes(3);

    private final LocalCluster cluster;
    private final OperatorCrew operators;

    private RealCluster() {
        var progress = Progress.to(System.out, false);
        var images = REPOSITORY.resolve("target/images");
        Images.runtime(REPOSITORY.resolve("runtime-image/server/target/libs"), images.resolve("runtime.tar"), progress);
        Images.operator(
                REPOSITORY.resolve("operator/controller/target/quarkus-app"), images.resolve("operator.tar"), progress);
        var spec = ClusterSpec.read(REPOSITORY.resolve("testbed/demo/cluster.yaml"));
        cluster = LocalCluster.up(spec.withName("e2e-" + ProcessHandle.current().pid()), progress);
        Runtime.getRuntime().addShutdownHook(new Thread(cluster::close));
        operators = new OperatorCrew(cluster);
        try {
            var setUp = new SetUp(REPOSITORY, new Screen(System.out, false));
            setUp.loadImages(cluster);
            setUp.installOperator(cluster.client());
            Samples.apply(cluster.client(), REPOSITORY, "storage.yaml");
        } catch (RuntimeException | Error e) {
            cluster.close();
            throw e;
        } catch (InterruptedException e) {
            cluster.close();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the cluster came up", e);
        }
    }

    LocalCluster machine() {
        return cluster;
    }

    KubernetesClient client() {
        return cluster.client();
    }

    OperatorCrew operators() {
        return operators;
    }

    /** Applies samples as they are. */
    void apply(String... samples) {
        Samples.apply(client(), REPOSITORY, samples);
    }

    /** Runs kubectl as administrator and returns what it prints. */
    String kubectl(String... arguments) {
        var kubectl = Parts.resolve(EnumSet.of(Part.KUBECTL), Progress.silent()).path(Part.KUBECTL);
        var command = new ArrayList<>(
                List.of(kubectl.toString(), "--kubeconfig", cluster.kubeconfig().toString()));
        command.addAll(List.of(arguments));
        return Commands.run(command);
    }

    private String answer(List<String> question) {
        try {
            return kubectl(question.toArray(String[]::new));
        } catch (TestbedException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /** Undoes what a test did: nodes are on and take pods, jobs and services are gone, two operators are ready. */
    void mend() {
        for (var node : cluster.nodes()) {
            if (!node.running()) {
                cluster.startNode(node.name());
            }
            kubectl("uncordon", node.name());
        }
        Awaitility.await("all nodes are ready")
                .atMost(PATIENCE)
                .until(() -> cluster.nodes().stream()
                        .allMatch(node -> NodeReadiness.ready(
                                client().nodes().withName(node.name()).get())));
        operators.renew();
        client().resources(TrainingJob.class).inNamespace(NAMESPACE).delete();
        client().resources(ModelService.class).inNamespace(NAMESPACE).delete();
        Awaitility.await("all pods are gone")
                .atMost(PATIENCE)
                .until(() ->
                        client().pods().inNamespace(NAMESPACE).list().getItems().isEmpty());
    }

    private void close() {
        cluster.close();
    }

    /** Brings the cluster up before the first test that needs it, gives it to each, and mends it after each. */
    static final class Extension implements BeforeAllCallback, AfterEachCallback, ParameterResolver {
        @Override
        public void beforeAll(ExtensionContext context) {
            cluster(context);
        }

        @Override
        public void afterEach(ExtensionContext context) {
            var cluster = cluster(context);
            if (context.getExecutionException().isPresent()) {
                Evidence.keep(context.getRequiredTestMethod().getName(), cluster::answer);
            }
            cluster.mend();
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == RealCluster.class;
        }

        @Override
        public RealCluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return cluster(context);
        }

        private static RealCluster cluster(ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.GLOBAL)
                    .computeIfAbsent(Attempt.class, _ -> Attempt.now(), Attempt.class)
                    .result();
        }
    }

    /** The one attempt to bring a cluster up: where it fails, it is not made again for each class. */
    private record Attempt(FutureTask<RealCluster> task) implements AutoCloseable {
        static Attempt now() {
            var task = new FutureTask<>(RealCluster::new);
            task.run();
            return new Attempt(task);
        }

        RealCluster result() {
            try {
                return task.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("the cluster did not come up", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted", e);
            }
        }

        @Override
        public void close() {
            if (task.state() == Future.State.SUCCESS) {
                task.resultNow().close();
            }
        }
    }
}
