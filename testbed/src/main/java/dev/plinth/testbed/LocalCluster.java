package dev.plinth.testbed;

import dev.plinth.testbed.controlplane.Addresses;
import dev.plinth.testbed.controlplane.ControlPlane;
import dev.plinth.testbed.nodes.ClusterNetwork;
import dev.plinth.testbed.nodes.PauseImage;
import dev.plinth.testbed.nodes.RealFleet;
import dev.plinth.testbed.nodes.RealNode;
import dev.plinth.testbed.nodes.SharedStorage;
import dev.plinth.testbed.nodes.SimulatedFleet;
import dev.plinth.testbed.parts.HostTools;
import dev.plinth.testbed.parts.Part;
import dev.plinth.testbed.parts.Parts;
import dev.plinth.testbed.process.Commands;
import dev.plinth.testbed.process.Component;
import dev.plinth.testbed.process.Walls;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A Kubernetes cluster that lives as long as this object, and at most as long as this process: however the process ends,
 * the kernel ends the cluster with it.
 *
 * <pre>{@code
 * try (var cluster = LocalCluster.up(ClusterSpec.read(file), Progress.silent())) {
 *     cluster.client().pods()...
 * }
 * }</pre>
 */
public final class LocalCluster implements RunningCluster {
    /** Where a cluster's folder has the kubectl of its version. */
    public static final String KUBECTL = "bin/kubectl";

    private final ClusterSpec spec;
    private final Progress progress;
    private final StateFolder state;
    /** What must be ended, the latest first. */
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    private final ControlPlane controlPlane;
    private Optional<RealFleet> realNodes = Optional.empty();

    private LocalCluster(ClusterSpec spec, StateFolder state, Progress progress) {
        this.spec = spec;
        this.progress = progress;
        this.state = state;
        opened.push(state);
        try {
            state.write("cluster.yaml", spec.toYaml());
            if (spec.realNodes().isEmpty()) {
                var parts = Parts.resolve(Part.controlPlane(), progress);
                controlPlane = startControlPlane(parts, Walls.none(parts.path(Part.WALLS)), Addresses.loopback());
            } else {
                requireRoot();
                var parts = Parts.resolve(Part.all(), progress);
                var tools = HostTools.resolve(progress);
                var port = Addresses.freePorts(1).getFirst();
                var addresses = Addresses.enclosed(ClusterNetwork.CONTROL_PLANE, port);
                var publish = "127.0.0.1:%d=%s:%d".formatted(port, addresses.advertised(), addresses.port());
                var walls = opening(Walls.none(parts.path(Part.WALLS)).enclose(List.of("--publish", publish)));
                var network = ClusterNetwork.lay(walls);
                controlPlane = startControlPlane(parts, walls, addresses);
                var pause = PauseImage.write(state, parts.path(Part.PAUSE));
                var site = new RealNode.Site(spec, state, parts, tools, walls, network, controlPlane, pause, progress);
                realNodes = Optional.of(opening(new RealFleet(site)));
                realNodes.get().start(progress);
            }
            SharedStorage.create(spec, state, client());
            new SimulatedFleet(spec, client())
                    .create(progress, () -> components().forEach(Component::requireAlive));
        } catch (RuntimeException | Error e) {
            close();
            throw e;
        }
    }

    /**
     * Brings up a cluster and returns when it is ready.
     *
     * @throws TestbedException if a cluster of that name is up already, or a part of it does not come up
     */
    public static LocalCluster up(ClusterSpec spec, Progress progress) {
        StateFolder.sweep();
        var state = StateFolder.acquire(spec.name())
                .orElseThrow(() ->
                        new TestbedException("a cluster named %s is up already; end it with: make cluster-down NAME=%s"
                                .formatted(spec.name(), spec.name())));
        return up(spec, state, progress);
    }

    /** Brings up a cluster in a state folder that the caller has acquired; it is given up when the cluster ends. */
    public static LocalCluster up(ClusterSpec spec, StateFolder state, Progress progress) {
        return new LocalCluster(spec, state, progress);
    }

    /** A control plane without nodes under a name of its own, for tests; it needs no root. */
    public static LocalCluster controlPlane() {
        var name = "test-%d-%s".formatted(ProcessHandle.current().pid(), Long.toString(System.nanoTime(), 36));
        return up(ClusterSpec.controlPlane(name), Progress.silent());
    }

    public ClusterSpec spec() {
        return spec;
    }

    @Override
    public KubernetesClient client() {
        return controlPlane.client();
    }

    @Override
    public Path kubeconfig() {
        return controlPlane.kubeconfig();
    }

    /** Kills the API server, as a crash would. */
    public void killApiServer() {
        controlPlane.killApiServer();
    }

    /** Starts the API server again after {@link #killApiServer}, at the same address, and returns when it is ready. */
    public void startApiServer() {
        controlPlane.startApiServer();
    }

    @Override
    public void killNode(String node) {
        realNodes().kill(node);
    }

    @Override
    public void startNode(String node, Progress progress) {
        realNodes().start(node, progress);
    }

    /**
     * Kills a container on a real node without a farewell (SIGKILL).
     *
     * @param id as the pod's status has it, {@code containerd://} and hex digits
     */
    public void killContainer(String node, String id) {
        realNodes().killContainer(node, id.replaceFirst("^containerd://", ""));
    }

    @Override
    public void loadImage(Path archive, Progress progress) {
        if (!Files.isReadable(archive)) {
            throw new TestbedException("cannot read the image archive " + archive);
        }
        realNodes().load(archive, progress);
    }

    /** The real nodes. */
    public List<RealNode> nodes() {
        return realNodes.map(RealFleet::nodes).orElse(List.of());
    }

    /** The programs of the control plane and of the real nodes. */
    public List<Component> components() {
        return Stream.concat(
                        controlPlane.components().stream(),
                        realNodes.stream().flatMap(fleet -> fleet.components().stream()))
                .toList();
    }

    @Override
    public void close() {
        RuntimeException failure = null;
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (RuntimeException e) {
                failure = e;
            } catch (Exception e) {
                failure = new TestbedException("cannot end the cluster: " + e.getMessage(), e);
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private ControlPlane startControlPlane(Parts parts, Walls walls, Addresses addresses) {
        var started = Instant.now();
        state.link(KUBECTL, parts.path(Part.KUBECTL));
        progress.now("Starting the control plane");
        var plane = opening(new ControlPlane(spec, state, parts, walls, addresses, progress))
                .start();
        progress.done("Control plane ready in %d s"
                .formatted(Duration.between(started, Instant.now()).toSeconds()));
        return plane;
    }

    private RealFleet realNodes() {
        return realNodes.orElseThrow(() -> new TestbedException("this cluster has no real nodes"));
    }

    private static void requireRoot() {
        if (!Commands.root()) {
            throw new TestbedException(
                    "real nodes need root; without it, leave realNodes empty: control plane and simulated nodes work");
        }
    }

    private <T extends AutoCloseable> T opening(T part) {
        opened.push(part);
        return part;
    }
}
