package dev.plinth.testbed.nodes;

import dev.plinth.testbed.Progress;
import dev.plinth.testbed.TestbedException;
import dev.plinth.testbed.process.Component;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The real nodes of a cluster, with the name server and the fake GPUs that they share. */
public final class RealFleet implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(180);

    private final List<RealNode> nodes;
    private final Component nameServer;
    private final FakeGpus gpus;
    private final KubernetesClient client;

    public RealFleet(RealNode.Site site) {
        var specs = site.spec().realNodes();
        this.nodes = IntStream.range(0, specs.size())
                .mapToObj(ordinal -> new RealNode(site, specs.get(ordinal), ordinal))
                .toList();
        this.client = site.controlPlane().client();
        this.nameServer = NameServer.start(site.state(), site.parts(), site.walls(), site.controlPlane())
                .onCrash(() -> site.progress()
                        .done("coredns ended; see its log in " + site.state().path()));
        this.gpus = new FakeGpus(site.spec(), client);
    }

    /** Starts all nodes side by side and returns when they are Ready. */
    public void start(Progress progress) {
        var started = Instant.now();
        var ready = new ReadyNodes(nodes.size(), progress);
        progress.now("Starting %d real nodes".formatted(nodes.size()));
        try (var _ = client.nodes()
                .withLabel(SimulatedFleet.KIND, SimulatedFleet.REAL)
                .inform(ready)) {
            onEach(nodes, RealNode::start);
            ready.await(PATIENCE, () -> components().forEach(Component::requireAlive));
        }
        progress.done("%d real nodes Ready in %d s"
                .formatted(
                        nodes.size(), Duration.between(started, Instant.now()).toSeconds()));
    }

    public void kill(String node) {
        named(node).kill();
    }

    public void start(String node) {
        named(node).start();
    }

    public void killContainer(String node, String id) {
        named(node).killContainer(id);
    }

    /** Loads an image archive into every node that runs. */
    public void load(Path archive) {
        onEach(nodes.stream().filter(RealNode::running).toList(), node -> node.load(archive));
    }

    public List<RealNode> nodes() {
        return nodes;
    }

    /** All programs of all nodes, and the name server. */
    public List<Component> components() {
        return Stream.concat(Stream.of(nameServer), nodes.stream().flatMap(node -> node.components().stream()))
                .toList();
    }

    @Override
    public void close() {
        gpus.close();
        nodes.forEach(RealNode::close);
        nameServer.kill();
    }

    private RealNode named(String name) {
        return nodes.stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new TestbedException("there is no real node named %s; there are: %s"
                        .formatted(
                                name,
                                String.join(
                                        ", ", nodes.stream().map(RealNode::name).toList()))));
    }

    /** On threads of the system: reading a command's output would hold the few that carry virtual ones. */
    private static void onEach(List<RealNode> nodes, Consumer<RealNode> action) {
        try (var workers =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            var running = new ArrayList<java.util.concurrent.Future<?>>();
            nodes.forEach(node -> running.add(workers.submit(() -> action.accept(node))));
            for (var each : running) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException own ? own : new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted", e);
        }
    }
}
