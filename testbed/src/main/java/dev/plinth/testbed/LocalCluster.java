package dev.plinth.testbed;

import dev.plinth.testbed.controlplane.Addresses;
import dev.plinth.testbed.controlplane.ControlPlane;
import dev.plinth.testbed.nodes.SimulatedFleet;
import dev.plinth.testbed.parts.Part;
import dev.plinth.testbed.parts.Parts;
import dev.plinth.testbed.process.Component;
import dev.plinth.testbed.process.Walls;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

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
public final class LocalCluster implements AutoCloseable {
    private final ClusterSpec spec;
    private final Progress progress;
    private final StateFolder state;
    /** What must be ended, the latest first. */
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    private final ControlPlane controlPlane;

    private LocalCluster(ClusterSpec spec, StateFolder state, Progress progress) {
        this.spec = spec;
        this.progress = progress;
        this.state = state;
        opened.push(state);
        try {
            state.write("cluster.yaml", spec.toYaml());
            var parts = Parts.resolve(Part.controlPlane(), progress);
            var walls = Walls.none(parts.path(Part.WALLS));
            controlPlane = opening(new ControlPlane(spec, state, parts, walls, Addresses.loopback(), progress));
            progress.now("Starting the control plane");
            controlPlane.start();
            progress.done("Control plane ready");
            new SimulatedFleet(spec, client()).create(progress);
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
        var state = StateFolder.acquire(spec.name())
                .orElseThrow(() -> new TestbedException(
                        "a cluster named %s is up already; end it with: plinth-testbed down --name %s"
                                .formatted(spec.name(), spec.name())));
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

    /** A client with an administrator's rights; it is closed with the cluster. */
    public KubernetesClient client() {
        return controlPlane.client();
    }

    /** The administrator's kubeconfig. */
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

    /** The programs of the control plane. */
    public List<Component> components() {
        return controlPlane.components();
    }

    /** Ends the cluster and removes all it kept. */
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

    private <T extends AutoCloseable> T opening(T part) {
        opened.push(part);
        return part;
    }
}
