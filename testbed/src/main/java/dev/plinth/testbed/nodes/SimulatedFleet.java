package dev.plinth.testbed.nodes;

import dev.plinth.testbed.ClusterSpec;
import dev.plinth.testbed.ClusterSpec.SimulatedNodes;
import dev.plinth.testbed.Progress;
import dev.plinth.testbed.TestbedException;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.TaintBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;

/** The simulated nodes: created here, kept alive by KWOK. */
public final class SimulatedFleet {
    /** The label of every node that the testbed made, with its kind as value. */
    public static final String KIND = "testbed.plinth.dev/node";

    static final String REAL = "real";

    private static final String SIMULATED = "simulated";
    private static final Taint TAINT = new TaintBuilder()
            .withKey("testbed.plinth.dev/simulated")
            .withValue("true")
            .withEffect("NoSchedule")
            .build();
    private static final int PARALLEL_REQUESTS = 32;
    private static final Duration PATIENCE = Duration.ofSeconds(180);

    private final ClusterSpec spec;
    private final KubernetesClient client;

    public SimulatedFleet(ClusterSpec spec, KubernetesClient client) {
        this.spec = spec;
        this.client = client;
    }

    /**
     * Creates the nodes of the specification and returns when all are Ready.
     *
     * @param hope ends the wait by an exception when it is in vain
     */
    public void create(Progress progress, Runnable hope) {
        var nodes = nodes(spec);
        if (nodes.isEmpty()) {
            return;
        }
        var started = Instant.now();
        var ready = new ReadyNodes(nodes.size(), progress);
        try (var _ = client.nodes().withLabel(KIND, SIMULATED).inform(ready)) {
            post(nodes);
            ready.await(PATIENCE, hope);
        }
        progress.done("%d simulated nodes Ready in %d s"
                .formatted(
                        nodes.size(), Duration.between(started, Instant.now()).toSeconds()));
    }

    private void post(List<Node> nodes) {
        try (var workers = Executors.newFixedThreadPool(
                PARALLEL_REQUESTS, Thread.ofVirtual().factory())) {
            var created = nodes.stream()
                    .map(node -> workers.submit(() -> client.resource(node).create()))
                    .toList();
            for (var each : created) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw new TestbedException("cannot create a simulated node: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while creating simulated nodes", e);
        }
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
                .withTaints(group.tainted() ? List.of(TAINT) : List.of())
                .endSpec()
                .withNewStatus()
                .withCapacity(resources)
                .withAllocatable(resources)
                .endStatus()
                .build();
    }
}
