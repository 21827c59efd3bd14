package dev.plinth.testbed.controlplane;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import dev.plinth.testbed.ClusterSpec;
import dev.plinth.testbed.Progress;
import dev.plinth.testbed.StateFolder;
import dev.plinth.testbed.TestbedException;
import dev.plinth.testbed.parts.Part;
import dev.plinth.testbed.parts.Parts;
import dev.plinth.testbed.process.Component;
import dev.plinth.testbed.process.Walls;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/** etcd, the API server, the scheduler, the controller manager and KWOK, each a program of its own. */
public final class ControlPlane implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    /** Client limits high enough that the machine, not they, is what a test measures. */
    private static final int QUERIES_PER_SECOND = 2000;

    private final ClusterSpec spec;
    private final StateFolder state;
    private final Parts parts;
    private final Walls walls;
    private final Addresses addresses;
    private final Progress progress;
    private final Credentials credentials;
    private final Map<Part, Component> running = new TreeMap<>();
    private Optional<KubernetesClient> client = Optional.empty();

    public ControlPlane(
            ClusterSpec spec, StateFolder state, Parts parts, Walls walls, Addresses addresses, Progress progress) {
        this.spec = spec;
        this.state = state;
        this.parts = parts;
        this.walls = walls;
        this.addresses = addresses;
        this.progress = progress;
        this.credentials = Credentials.create(
                state, spec.realNodes().stream().map(ClusterSpec.RealNode::name).toList());
    }

    /** Starts everything and returns when the API server is ready. */
    public ControlPlane start() {
        startEtcd();
        startApiServer();
        startScheduler();
        startControllerManager();
        startKwok();
        return this;
    }

    /** A client with an administrator's rights, from outside the cluster. */
    public KubernetesClient client() {
        return client.orElseThrow(() -> new IllegalStateException("the API server was never started"));
    }

    /** The administrator's kubeconfig, from outside the cluster. */
    public Path kubeconfig() {
        return state.path().resolve("kubeconfig");
    }

    /** A kubeconfig for a node's kubelet. */
    public Path kubeletKubeconfig(String node) {
        return credentials.kubeconfig("kubeconfigs/" + node, "system:node:" + node, addresses.inside());
    }

    /** A kubeconfig for kube-proxy. */
    public Path proxyKubeconfig() {
        return inside("proxy", Credentials.PROXY);
    }

    /** The administrator's kubeconfig, from inside the cluster. */
    public Path adminKubeconfigInside() {
        return inside("admin", Credentials.ADMIN);
    }

    /** What runs, or ran until it crashed. */
    public List<Component> components() {
        return List.copyOf(running.values());
    }

    /** Kills the API server (SIGKILL). */
    public void killApiServer() {
        Optional.ofNullable(running.get(Part.API_SERVER)).ifPresent(Component::kill);
    }

    /** Starts the API server on the state that etcd holds, and returns when it is ready. */
    public void startApiServer() {
        var url = "http://127.0.0.1:" + addresses.etcd();
        var arguments = new ArrayList<>(List.of(
                "--etcd-servers=" + url,
                "--cert-dir=" + credentials.certificates(),
                "--bind-address=" + addresses.bind(),
                "--advertise-address=" + addresses.advertised(),
                "--secure-port=" + addresses.port(),
                // The kubernetes Service may not point at loopback; pods exist only where the address is
                // another.
                "--endpoint-reconciler-type=" + (addresses.reachableByPods() ? "lease" : "none"),
                "--service-cluster-ip-range=10.96.0.0/16",
                "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
                "--service-account-key-file=" + credentials.publicKey(),
                "--service-account-signing-key-file=" + credentials.privateKey(),
                "--token-auth-file=" + credentials.tokenFile(),
                "--authorization-mode=Node,RBAC",
                "--enable-admission-plugins=NodeRestriction",
                "--allow-privileged=true",
                "--kubelet-preferred-address-types=InternalIP",
                // Webhooks are called at their pods' addresses: no kube-proxy runs beside the API server.
                "--enable-aggregator-routing=true",
                "--max-requests-inflight=2000",
                "--max-mutating-requests-inflight=1000",
                "--profiling=false"));
        if (spec.gangScheduling()) {
            arguments.add(gates());
            arguments.add("--runtime-config=scheduling.k8s.io/v1beta1=true");
        }
        start(Part.API_SERVER, arguments);
        awaitApiServer();
    }

    @Override
    public void close() {
        client.ifPresent(KubernetesClient::close);
        running.values().forEach(Component::kill);
    }

    private void startEtcd() {
        var clients = "http://127.0.0.1:" + addresses.etcd();
        var peers = "http://127.0.0.1:" + addresses.etcdPeers();
        start(
                Part.ETCD,
                List.of(
                        "--data-dir=" + state.folder("etcd"),
                        "--listen-client-urls=" + clients,
                        "--advertise-client-urls=" + clients,
                        "--listen-peer-urls=" + peers,
                        "--initial-advertise-peer-urls=" + peers,
                        "--initial-cluster=default=" + peers,
                        // The cluster does not outlive its processes, so nothing is gained by waiting for the disk.
                        "--unsafe-no-fsync",
                        "--quota-backend-bytes=4294967296",
                        "--log-level=warn"));
    }

    private void startScheduler() {
        var config = state.write("scheduler.yaml", """
                apiVersion: kubescheduler.config.k8s.io/v1
                kind: KubeSchedulerConfiguration
                leaderElection: {leaderElect: false}
                clientConnection: {kubeconfig: %s, qps: %d, burst: %d}
                """.formatted(
                        inside("scheduler", Credentials.SCHEDULER), QUERIES_PER_SECOND, 2 * QUERIES_PER_SECOND));
        var arguments = new ArrayList<>(List.of("--config=" + config, "--secure-port=0"));
        if (spec.gangScheduling()) {
            arguments.add(gates());
        }
        start(Part.SCHEDULER, arguments);
    }

    private void startControllerManager() {
        var arguments = new ArrayList<>(List.of(
                "--kubeconfig=" + inside("controller-manager", Credentials.CONTROLLER_MANAGER),
                "--leader-elect=false",
                "--secure-port=0",
                "--service-account-private-key-file=" + credentials.privateKey(),
                "--root-ca-file=" + credentials.serverCertificate(),
                "--use-service-account-credentials",
                "--kube-api-qps=" + QUERIES_PER_SECOND,
                "--kube-api-burst=" + 2 * QUERIES_PER_SECOND,
                // As Kubernetes has it by default: a lease of 40 s, a grace period of 50 s.
                "--node-monitor-grace-period=%ds".formatted(spec.leaseSeconds() + 10),
                "--node-monitor-period=2s"));
        if (spec.gangScheduling()) {
            // Takes the finalizer off PodGroups that no pod names any more, which the API server puts on.
            arguments.add(gates());
        }
        start(Part.CONTROLLER_MANAGER, arguments);
    }

    private String gates() {
        return "--feature-gates=GenericWorkload=true"
                + (spec.topologyScheduling() ? ",TopologyAwareWorkloadScheduling=true" : "");
    }

    private void startKwok() {
        var arguments = new ArrayList<>(List.of(
                "--kubeconfig=" + inside("kwok", Credentials.ADMIN),
                "--manage-all-nodes=false",
                "--manage-nodes-with-annotation-selector=kwok.x-k8s.io/node=fake",
                "--node-lease-duration-seconds=" + spec.leaseSeconds()));
        Stages.write(state).forEach(stage -> arguments.add("--config=" + stage));
        start(Part.KWOK, arguments);
    }

    private void start(Part part, List<String> arguments) {
        var log = state.file("logs/%s.log".formatted(part.program()));
        var command = new ArrayList<>(List.of(parts.program(part)));
        command.addAll(arguments);
        var component = walls.start(part.program(), log, Map.of("GOMAXPROCS", "2"), command);
        component.onCrash(() -> progress.done(component.obituary()));
        running.put(part, component);
    }

    private void awaitApiServer() {
        await("the API server's certificate", () -> Files.exists(credentials.serverCertificate()));
        if (client.isEmpty()) {
            credentials.kubeconfig("kubeconfig", Credentials.ADMIN, addresses.outside());
            client = Optional.of(connect(kubeconfig()));
        }
        await("the API server", () -> {
            try {
                return "ok".equals(client().raw("/readyz"));
            } catch (KubernetesClientException e) {
                return false;
            }
        });
    }

    /** A client for the API server that a kubeconfig names, whose limits are the machine's alone. */
    public static KubernetesClient connect(Path kubeconfig) {
        try {
            var config = Config.fromKubeconfig(Files.readString(kubeconfig));
            config.setRequestRetryBackoffLimit(0);
            config.setMaxConcurrentRequests(256);
            config.setMaxConcurrentRequestsPerHost(256);
            return new KubernetesClientBuilder().withConfig(config).build();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void await(String what, BooleanSupplier there) {
        var deadline = Instant.now().plus(PATIENCE);
        while (!there.getAsBoolean()) {
            running.values().forEach(Component::requireAlive);
            if (Instant.now().isAfter(deadline)) {
                throw new TestbedException("%s did not come up within %d s; see %s"
                        .formatted(what, PATIENCE.toSeconds(), state.path().resolve("logs")));
            }
            try {
                MILLISECONDS.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new TestbedException("interrupted while waiting for " + what, e);
            }
        }
    }

    private Path inside(String file, String user) {
        return credentials.kubeconfig("kubeconfigs/" + file, user, addresses.inside());
    }
}
