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
    private static volatile LocalCluster cluster;

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot()
                .getStore(ExtensionContext.Namespace.create(SimulatedCluster.class))
                .computeIfAbsent("cluster", key -> up(), AutoCloseable.class);
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

    private static AutoCloseable up() {
        var name = "controller-" + ProcessHandle.current().pid();
        cluster = LocalCluster.up(
                ClusterSpec.controlPlane(name)
                        .withLeaseSeconds(8)
                        .withTopology(new Level("rack", "net/rack", 4))
                        .withSimulatedNodes(new SimulatedNodes("gpu", NODES, GPUS, "96", "1Ti", Map.of(), false)),
                Progress.silent());
        List.of("gangs", "clustertopologies", "trainingjobs", "models", "modelservices")
                .forEach(SimulatedCluster::install);
        var topology = new ClusterTopology();
        topology.setMetadata(new ObjectMetaBuilder().withName("default").build());
        topology.setSpec(new ClusterTopologySpec(List.of(new ClusterTopologySpec.Level("rack", "net/rack"))));
        Awaitility.await()
                .ignoreExceptions()
                .until(() -> cluster.client().resource(topology).serverSideApply() != null);
        return cluster;
    }

    private static void install(String plural) {
        var file = "/META-INF/plinth/" + plural + ".plinth.dev-v1.yaml";
        var definition = Objects.requireNonNull(SimulatedCluster.class.getResourceAsStream(file), file);
        cluster.client().load(definition).serverSideApply();
        Awaitility.await()
                .ignoreExceptions()
                .until(() -> cluster
                        .client()
                        .apiextensions()
                        .v1()
                        .customResourceDefinitions()
                        .withName(plural + ".plinth.dev")
                        .get()
                        .getStatus()
                        .getConditions()
                        .stream()
                        .anyMatch(condition -> condition.getType().equals("Established")
                                && condition.getStatus().equals("True")));
    }
}
