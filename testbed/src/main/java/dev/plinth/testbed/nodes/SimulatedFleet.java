package dev.plinth.testbed.nodes;

import dev.plinth.testbed.ClusterSpec;
import dev.plinth.testbed.ClusterSpec.SimulatedNodes;
import dev.plinth.testbed.Progress;
import dev.plinth.testbed.TestbedException;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** The simulated nodes: created here, kept alive by KWOK. */
public final class SimulatedFleet {
    /** The label of every node that the testbed made, with its kind as value. */
    public static final String KIND = "testbed.plinth.dev/node";

    private static final String SIMULATED = "simulated";
    private static final int PARALLEL_REQUESTS = 32;
    private static final Duration PATIENCE = Duration.ofSeconds(180);

    private final ClusterSpec spec;
    private final KubernetesClient client;

    public SimulatedFleet(ClusterSpec spec, KubernetesClient client) {
        this.spec = spec;
        this.client = client;
    }

    /** Creates the nodes of the specification and returns when all are Ready. */
    public void create(Progress progress) {
        var nodes = nodes(spec);
        if (nodes.isEmpty()) {
            return;
        }
        try (var workers = Executors.newFixedThreadPool(
                PARALLEL_REQUESTS, Thread.ofVirtual().factory())) {
            var created = new ArrayList<Future<Node>>();
            nodes.forEach(node ->
                    created.add(workers.submit(() -> client.resource(node).create())));
            for (int i = 0; i < created.size(); i++) {
                created.get(i).get();
                progress.now("Creating simulated nodes: %d of %d".formatted(i + 1, nodes.size()));
            }
        } catch (ExecutionException e) {
            throw new TestbedException("cannot create a simulated node: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while creating simulated nodes", e);
        }
        awaitReady(nodes.size(), progress);
    }

    /** The nodes of a specification, labelled by their place in the network. */
    static List<Node> nodes(ClusterSpec spec) {
        var nodes = new ArrayList<Node>();
        for (var group : spec.simulatedNodes()) {
            for (int i = 0; i < group.count(); i++) {
                nodes.add(node(spec, group, i, nodes.size()));
            }
        }
        return nodes;
    }

    private static Node node(ClusterSpec spec, SimulatedNodes group, int ordinal, int position) {
        var name = "%s-%04d".formatted(group.prefix(), ordinal);
        var labels = new LinkedHashMap<String, String>();
        labels.put("kubernetes.io/hostname", name);
        labels.put("kubernetes.io/os", "linux");
        labels.put("kubernetes.io/arch", "amd64");
        labels.put(KIND, SIMULATED);
        spec.topology()
                .forEach(level ->
                        labels.put(level.label(), "%s-%d".formatted(level.level(), position / level.nodes())));
        labels.putAll(group.labels());
        var resources = new LinkedHashMap<String, Quantity>(Map.of(
                "cpu", new Quantity(group.cpu()),
                "memory", new Quantity(group.memory()),
                "pods", new Quantity("110")));
        if (group.gpus() > 0) {
            resources.put(FakeGpus.RESOURCE, new Quantity(Integer.toString(group.gpus())));
        }
        return new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(labels)
                .addToAnnotations("kwok.x-k8s.io/node", "fake")
                .endMetadata()
                .withNewSpec()
                .endSpec()
                .withNewStatus()
                .withCapacity(resources)
                .withAllocatable(resources)
                .endStatus()
                .build();
    }

    private void awaitReady(int wanted, Progress progress) {
        var deadline = Instant.now().plus(PATIENCE);
        for (long ready = countReady(); ready < wanted; ready = countReady()) {
            progress.now("Simulated nodes Ready: %d of %d".formatted(ready, wanted));
            if (Instant.now().isAfter(deadline)) {
                throw new TestbedException(
                        "only %d of %d simulated nodes became Ready; see kwok.log".formatted(ready, wanted));
            }
            try {
                Thread.sleep(200);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new TestbedException("interrupted while waiting for simulated nodes", e);
            }
        }
    }

    private long countReady() {
        // Version 0 is answered from the API server's memory.
        var anyVersion = new ListOptionsBuilder().withResourceVersion("0").build();
        return client.nodes().withLabel(KIND, SIMULATED).list(anyVersion).getItems().stream()
                .filter(NodeReadiness::ready)
                .count();
    }
}
