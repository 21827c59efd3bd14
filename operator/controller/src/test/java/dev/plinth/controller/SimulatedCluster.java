package dev.plinth.controller;

import dev.plinth.api.v1alpha1.ClusterTopology;
import dev.plinth.api.v1alpha1.ClusterTopologySpec;
import dev.plinth.testbed.ClusterSpec;
import dev.plinth.testbed.ClusterSpec.Level;
import dev.plinth.testbed.ClusterSpec.SimulatedNodes;
import dev.plinth.testbed.LocalCluster;
import dev.plinth.testbed.Progress;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A real control plane with scheduler and simulated nodes: two racks of four nodes with eight GPUs each. It comes up with
 * the first test class that asks for it and goes down after the last.
 */
@SuppressWarnings("NullAway") // Set once, before any test runs.
public final class SimulatedCluster implements BeforeAllCallback, AfterEachCallback {
    public static final int NODES = 8;
    public static final int GPUS = 8;

    private static final AtomicInteger NAMESPACES = new AtomicInteger();

    private final boolean gangScheduling;
    private LocalCluster cluster;

    public SimulatedCluster() {
        this(false);
    }

    private SimulatedCluster(boolean gangScheduling) {
        this.gangScheduling = gangScheduling;
    }

    /** Another one, in which Kubernetes' own gang scheduling is on. */
    public static SimulatedCluster withGangScheduling() {
        return new SimulatedCluster(true);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        cluster = context.getRoot()
                .getStore(ExtensionContext.Namespace.create(SimulatedCluster.class))
                .computeIfAbsent(gangScheduling, SimulatedCluster::up, LocalCluster.class);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        var client = client();
        client.namespaces().withLabel("plinth-test").list().getItems().forEach(namespace -> {
            client.resources(dev.plinth.api.v1alpha1.Gang.class)
                    .inNamespace(namespace.getMetadata().getName())
                    .delete();
            client.pods()
                    .inNamespace(namespace.getMetadata().getName())
                    .withGracePeriod(0)
                    .delete();
        });
    }

    /** Closes a node for new pods, or opens it. */
    public void cordon(String node, boolean closed) {
        client().nodes().withName(node).edit(fresh -> {
            fresh.getSpec().setUnschedulable(closed);
            return fresh;
        });
    }

    /** An administrator's client. */
    public KubernetesClient client() {
        return cluster.client();
    }

    public LocalCluster cluster() {
        return cluster;
    }

    /** A client of its own, which whoever gets it closes. */
    public KubernetesClient newClient() {
        try {
            return new KubernetesClientBuilder()
                    .withConfig(Config.fromKubeconfig(Files.readString(cluster.kubeconfig())))
                    .build();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** Puts a node back that a test has removed. */
    public void restore(Node node) {
        client().resource(new NodeBuilder(node)
                        .editMetadata()
                        .withResourceVersion(null)
                        .withUid(null)
                        .endMetadata()
                        .build())
                .create();
        Awaitility.await()
                .until(() ->
                        client().nodes().withName(node.getMetadata().getName()).isReady());
    }

    /** A namespace of its own for a test. */
    public String namespace() {
        var name = "test-" + NAMESPACES.incrementAndGet();
        client().resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .addToLabels("plinth-test", "true")
                        .endMetadata()
                        .build())
                .create();
        Awaitility.await()
                .until(() -> client().serviceAccounts()
                                .inNamespace(name)
                                .withName("default")
                                .get()
                        != null);
        return name;
    }

    private static LocalCluster up(boolean gangScheduling) {
        var spec = ClusterSpec.controlPlane((gangScheduling ? "gangs-" : "controller-")
                        + ProcessHandle.current().pid())
                .withLeaseSeconds(8)
                .withTopology(new Level("rack", "net/rack", 4))
                .withSimulatedNodes(new SimulatedNodes("gpu", NODES, GPUS, "96", "1Ti", Map.of(), false));
        var cluster = LocalCluster.up(gangScheduling ? spec.withGangScheduling() : spec, Progress.silent());
        List.of("gangs", "clustertopologies", "trainingjobs", "models", "modelservices")
                .forEach(plural -> install(cluster, plural));
        var topology = new ClusterTopology();
        topology.setMetadata(new ObjectMetaBuilder().withName("default").build());
        topology.setSpec(new ClusterTopologySpec(List.of(new ClusterTopologySpec.Level("rack", "net/rack"))));
        Awaitility.await()
                .ignoreExceptions()
                .until(() -> cluster.client().resource(topology).serverSideApply() != null);
        return cluster;
    }

    /** Serves a definition of the test's own, and returns when the API server has taken it up. */
    public void serve(CustomResourceDefinition definition) {
        serve(cluster, definition);
    }

    private static void install(LocalCluster cluster, String plural) {
        var file = "/META-INF/plinth/" + plural + ".plinth.dev-v1.yaml";
        var definition = Objects.requireNonNull(SimulatedCluster.class.getResourceAsStream(file), file);
        serve(
                cluster,
                cluster.client().getKubernetesSerialization().unmarshal(definition, CustomResourceDefinition.class));
    }

    private static void serve(LocalCluster cluster, CustomResourceDefinition definition) {
        cluster.client().resource(definition).serverSideApply();
        Awaitility.await()
                .ignoreExceptions()
                .until(() -> cluster
                        .client()
                        .apiextensions()
                        .v1()
                        .customResourceDefinitions()
                        .withName(definition.getMetadata().getName())
                        .get()
                        .getStatus()
                        .getConditions()
                        .stream()
                        .anyMatch(condition -> condition.getType().equals("Established")
                                && condition.getStatus().equals("True")));
    }
}
