package dev.plinth.testbed.nodes;

import dev.plinth.testbed.Progress;
import dev.plinth.testbed.TestbedException;
import dev.plinth.testbed.process.Component;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
            onEach(nodes, node -> node.start(progress), () -> {});
            ready.await(PATIENCE, () -> components().forEach(Component::requireAlive));
        }
        progress.done("%d real nodes Ready in %d s"
                .formatted(
                        nodes.size(), Duration.between(started, Instant.now()).toSeconds()));
    }

    public void kill(String node) {
        named(node).kill();
    }

    public void start(String node, Progress progress) {
        named(node).start(progress);
    }

    public void killContainer(String node, String id) {
        named(node).killContainer(id);
    }

    /** Loads an image archive into every node that is on; the others load it when they start. */
    public void load(Path archive, Progress progress) {
        var what = "%s (%s)".formatted(archive.getFileName(), size(archive));
        var into = new ConcurrentSkipListSet<String>();
        var off = new ConcurrentSkipListSet<String>();
        var started = Instant.now();
        onEach(
                nodes,
                node -> (node.load(archive) ? into : off).add(node.name()),
                () -> progress.now("Loading %s into the nodes, %d s; loaded into %d of %d"
                        .formatted(
                                what,
                                Duration.between(started, Instant.now()).toSeconds(),
                                into.size(),
                                nodes.size() - off.size())));
        if (!into.isEmpty()) {
            progress.done("Loaded %s into %s".formatted(what, String.join(", ", into)));
        }
        off.forEach(
                node -> progress.done("%s is off and loads %s when it starts".formatted(node, archive.getFileName())));
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

    private static String size(Path file) {
        try {
            return "%d MB".formatted(Files.size(file) / 1_000_000);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * On threads of the system: reading a command's output would hold the few that carry virtual ones.
     *
     * @param waiting called every second until all are done
     */
    private static void onEach(List<RealNode> nodes, Consumer<RealNode> action, Runnable waiting) {
        try (var workers =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            var running = new ArrayList<Future<?>>();
            nodes.forEach(node -> running.add(workers.submit(() -> action.accept(node))));
            for (var each : running) {
                while (!endsWithinASecond(each)) {
                    waiting.run();
                }
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException own ? own : new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted", e);
        }
    }

    private static boolean endsWithinASecond(Future<?> work) throws ExecutionException, InterruptedException {
        try {
            work.get(1, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        }
    }
}
