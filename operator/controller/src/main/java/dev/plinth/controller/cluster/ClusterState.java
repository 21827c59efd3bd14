package dev.plinth.controller.cluster;

import dev.plinth.api.v1alpha1.ClusterTopology;
import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.controller.contract.MemberName;
import dev.plinth.controller.kubernetes.Labels;
import dev.plinth.placement.Capacity;
import dev.plinth.placement.Topology;
import dev.plinth.planner.hardware.Catalogue;
import dev.plinth.recovery.NodeVerdict;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;

/**
 * The cluster as the API server tells it: all pods, nodes, the leases of their kubelets and the topology, and from them
 * the book of free capacity. All of it is a cache, which may lag behind.
 */
public final class ClusterState implements AutoCloseable {
    private static final String LEASE_NAMESPACE = "kube-node-lease";
    private static final String BY_GANG = "gang";
    private static final String BY_NODE = "node";
    private static final String BY_REVISION = "revision";
    private static final Duration SYNC_LIMIT = Duration.ofMinutes(2);

    private final Clock clock;
    private final Capacity capacity = new Capacity(new Topology(List.of()));
    private final NetworkLevels levels = new NetworkLevels();
    private final NodeLeases leases;
    private final Map<String, NodeFacts> nodes = new ConcurrentHashMap<>();
    private final Map<String, NodeVerdict.Lost> lost = new ConcurrentHashMap<>();
    private final List<ClusterListener> listeners = new CopyOnWriteArrayList<>();
    private final List<SharedIndexInformer<?>> informers = new ArrayList<>();
    private final SharedIndexInformer<Gang> gangs;
    private final SharedIndexInformer<Pod> pods;
    private final SharedIndexInformer<Service> services;
    private volatile Catalogue accelerators = Catalogue.standard();
    private boolean started;

    public ClusterState(KubernetesClient client, Clock clock, Wakefulness wakefulness) {
        this.clock = clock;
        leases = new NodeLeases(wakefulness);
        inform(client.resources(ClusterTopology.class), topology -> topology, this::topologySeen);
        inform(client.nodes(), NodeFacts::pruned, this::nodeSeen);
        inform(client.leases().inNamespace(LEASE_NAMESPACE), lease -> lease, this::leaseSeen);
        gangs = inform(client.resources(Gang.class).inAnyNamespace(), gang -> gang, this::gangSeen);
        gangs.addIndexers(Map.of(BY_REVISION, gang -> revision(gang).stream().toList()));
        services = inform(
                client.services().inAnyNamespace().withLabel(Labels.GANG), ClusterState::nameOnly, this::serviceSeen);
        pods = inform(client.pods().inAnyNamespace(), PodFacts::pruned, this::podSeen);
        pods.addIndexers(Map.of(
                BY_GANG,
                        pod -> GangKey.labelledOn(pod).map(GangKey::toString).stream()
                                .toList(),
                BY_NODE, pod -> PodFacts.node(pod).stream().toList()));
    }

    /** Fills the caches and keeps them up to date; returns when they are filled. Calling it again has no effect. */
    public synchronized void start() {
        if (!started) {
            CompletableFuture.allOf(informers.stream()
                            .map(informer -> informer.start().toCompletableFuture())
                            .toArray(CompletableFuture[]::new))
                    .orTimeout(SYNC_LIMIT.toSeconds(), TimeUnit.SECONDS)
                    .join();
            started = true;
        }
    }

    @Override
    public void close() {
        informers.forEach(SharedIndexInformer::stop);
    }

    public void addListener(ClusterListener listener) {
        listeners.add(listener);
    }

    /** Names of the caches that have stopped for good; empty while all is well. */
    public List<String> stopped() {
        return informers.stream()
                .filter(informer -> started && !informer.isRunning())
                .map(informer -> informer.getApiTypeClass().getSimpleName())
                .toList();
    }

    /** The gang of that name, if there is one. */
    public Optional<Gang> gang(GangKey key) {
        return Optional.ofNullable(gangs.getStore().getByKey(key.toString()));
    }

    /** Gangs that are replicas of that revision of a ModelService, as {@link #revision} names it. */
    public List<GangKey> replicas(String revision) {
        return gangs.getIndexer().byIndex(BY_REVISION, revision).stream()
                .map(GangKey::of)
                .sorted()
                .toList();
    }

    /** Which revision of which ModelService a gang is a replica of. */
    public static Optional<String> revision(Gang gang) {
        return Optional.ofNullable(gang.getMetadata().getLabels())
                .filter(labels -> labels.containsKey(Labels.SERVICE))
                .map(labels -> String.join(
                        "/",
                        gang.getMetadata().getNamespace(),
                        labels.get(Labels.SERVICE),
                        labels.getOrDefault(Labels.REVISION, "")));
    }

    /** All pods, of any incarnation, that say they belong to the gang. */
    public List<Pod> podsOf(GangKey gang) {
        return pods.getIndexer().byIndex(BY_GANG, gang.toString());
    }

    /** Whether the gang has its headless Service. */
    public boolean hasService(GangKey gang) {
        return services.getStore().getByKey(new GangKey(gang.namespace(), MemberName.service(gang.name())).toString())
                != null;
    }

    /** Gangs with a member on the node. */
    public List<GangKey> gangsOn(String node) {
        return pods.getIndexer().byIndex(BY_NODE, node).stream()
                .flatMap(pod -> GangKey.labelledOn(pod).stream())
                .distinct()
                .sorted()
                .toList();
    }

    /** What is known of a node; empty if the API server has none of that name. */
    public Optional<NodeFacts> node(String name) {
        return Optional.ofNullable(nodes.get(name));
    }

    public List<NodeFacts> nodes() {
        return List.copyOf(nodes.values());
    }

    /** Takes a node for lost: it gets no pods until it shows a sign of life, and whoever has members there looks at them now. */
    public void markLost(String node, NodeVerdict.Lost verdict) {
        lost.put(node, verdict);
        node(node).ifPresent(this::putIntoBook);
        listeners.forEach(listener -> listener.nodeChanged(node));
    }

    /** The verdict on a node that was found lost and has not shown a sign of life since. */
    public Optional<NodeVerdict.Lost> lost(String node) {
        return Optional.ofNullable(lost.get(node));
    }

    /** Whether pods may be placed on the node now. */
    public boolean isOpen(String node) {
        return node(node).filter(known -> closed(known).isEmpty()).isPresent();
    }

    public Capacity capacity() {
        return capacity;
    }

    public NodeLeases leases() {
        return leases;
    }

    /** The topology that counts, if there is one. */
    public Optional<ClusterTopology> topology() {
        return levels.first();
    }

    /** The accelerators that are known, with those that the topology describes. */
    public Catalogue accelerators() {
        return accelerators;
    }

    /** Key of the node label that names the domains of a level; empty if there is no such level. */
    public Optional<String> nodeLabel(String level) {
        return levels.nodeLabel(level);
    }

    /** Where a node lies on the network, as {@code block=b0,rack=r1,host=n3}. */
    public String domainsOf(String node) {
        return levels.text(node, node(node).map(NodeFacts::labels).orElse(Map.of()));
    }

    /** The innermost domain that holds all these nodes, as {@code rack=r1}; empty if only the whole cluster does. */
    public Optional<String> commonDomain(Collection<String> names) {
        var distinct = Set.copyOf(names);
        if (distinct.size() == 1) {
            return Optional.of(Topology.HOST + "=" + distinct.iterator().next());
        }
        return levels.common(distinct.stream()
                .map(name -> levels.domains(node(name).map(NodeFacts::labels).orElse(Map.of())))
                .toList());
    }

    private <T extends HasMetadata> SharedIndexInformer<T> inform(
            Informable<T> objects, UnaryOperator<T> pruned, BiConsumer<T, Boolean> seen) {
        var informer = objects.runnableInformer(0)
                .itemStore(new PrunedStore<>(pruned))
                // A watch that ends, whatever the reason, is taken up again; without this the client would stop for
                // good.
                .exceptionHandler((alreadyStarted, failure) -> true);
        informer.addEventHandler(new AnyChange<>(seen));
        informers.add(informer);
        return informer;
    }

    private void podSeen(Pod pod, boolean there) {
        var holder = PodFacts.holder(pod);
        var node = PodFacts.node(pod);
        boolean holds = there && !PodFacts.ended(pod);
        if (holds) {
            node.ifPresent(name -> capacity.observe(holder, name, Amounts.requestedBy(pod)));
        } else {
            capacity.gone(holder);
        }
        GangKey.labelledOn(pod).ifPresent(gang -> listeners.forEach(listener -> listener.gangChanged(gang)));
        if (!holds && node.isPresent()) {
            listeners.forEach(ClusterListener::roomMayHaveGrown);
        }
    }

    private void gangSeen(Gang gang, boolean there) {
        if (!there) {
            listeners.forEach(listener -> listener.gangGone(gang));
        }
    }

    private void serviceSeen(Service service, boolean there) {
        GangKey.labelledOn(service).ifPresent(gang -> listeners.forEach(listener -> listener.gangChanged(gang)));
    }

    private void nodeSeen(Node node, boolean there) {
        var name = node.getMetadata().getName();
        if (!there) {
            nodes.remove(name);
            lost.remove(name);
            capacity.removeNode(name);
            listeners.forEach(listener -> listener.nodeChanged(name));
            return;
        }
        var before = Optional.ofNullable(nodes.get(name));
        var now = NodeFacts.of(node, before, clock.instant());
        if (before.filter(now::equals).isEmpty()) {
            nodes.put(name, now);
            putIntoBook(now);
            listeners.forEach(listener -> listener.nodeChanged(name));
            listeners.forEach(ClusterListener::roomMayHaveGrown);
        }
    }

    private void leaseSeen(Lease lease, boolean there) {
        var name = lease.getMetadata().getName();
        var spec = lease.getSpec();
        if (!there) {
            leases.gone(name);
        } else if (spec != null && spec.getRenewTime() != null) {
            var duration = Optional.ofNullable(spec.getLeaseDurationSeconds()).orElse(40);
            boolean renewed =
                    leases.seen(name, spec.getRenewTime().toString(), Duration.ofSeconds(duration), clock.instant());
            if (renewed && lost.remove(name) != null) {
                node(name).ifPresent(this::putIntoBook);
                listeners.forEach(listener -> listener.nodeChanged(name));
                listeners.forEach(ClusterListener::roomMayHaveGrown);
            }
        }
    }

    private void topologySeen(ClusterTopology topology, boolean there) {
        if (levels.seen(topology, there)) {
            accelerators = Accelerators.of(levels.accelerators());
            capacity.setTopology(levels.topology());
            nodes.values().forEach(this::putIntoBook);
            listeners.forEach(ClusterListener::roomMayHaveGrown);
        }
    }

    private void putIntoBook(NodeFacts node) {
        capacity.putNode(node.name(), levels.domains(node.labels()), node.allocatable(), closed(node));
    }

    private Optional<String> closed(NodeFacts node) {
        return node.closed().or(() -> lost(node.name()).map(verdict -> "is lost: " + verdict.why()));
    }

    private static Service nameOnly(Service service) {
        return new ServiceBuilder()
                .withMetadata(nameOnly(service.getMetadata()))
                .build();
    }

    private static ObjectMeta nameOnly(ObjectMeta metadata) {
        return new ObjectMetaBuilder()
                .withName(metadata.getName())
                .withNamespace(metadata.getNamespace())
                .withLabels(metadata.getLabels())
                .withResourceVersion(metadata.getResourceVersion())
                .build();
    }
}
