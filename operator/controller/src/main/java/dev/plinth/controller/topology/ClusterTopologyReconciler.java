package dev.plinth.controller.topology;

import dev.plinth.api.v1alpha1.ClusterTopology;
import dev.plinth.api.v1alpha1.ClusterTopologyStatus;
import dev.plinth.controller.cluster.ClusterState;
import dev.plinth.controller.cluster.NodeFacts;
import dev.plinth.controller.kubernetes.FieldManager;
import dev.plinth.controller.kubernetes.OwnStatus;
import dev.plinth.controller.kubernetes.Writer;
import dev.plinth.controller.topology.TopologyConditions.Judged;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Tells of a topology how many domains the nodes make of it, and which labels cannot be right. */
@ControllerConfiguration(name = "clustertopology", informer = @Informer(comparableResourceVersions = false))
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 200, maxInterval = 30_000)
public final class ClusterTopologyReconciler implements Reconciler<ClusterTopology> {

    /** Nodes come and go in numbers; their census may lag a little. */
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final ClusterState cluster;
    private final Clock clock;
    private final OwnStatus<ClusterTopologyStatus, ClusterTopology> statuses;

    public ClusterTopologyReconciler(ClusterState cluster, Writer writer, Clock clock) {
        this.cluster = cluster;
        this.clock = clock;
        statuses = new OwnStatus<>(writer, FieldManager.TOPOLOGY, ClusterTopology::new);
    }

    @Override
    public UpdateControl<ClusterTopology> reconcile(ClusterTopology cached, Context<ClusterTopology> context) {
        var topology = statuses.newest(cached);
        if (!topology.isMarkedForDeletion()) {
            statuses.report(topology, TopologyConditions.judge(observe(topology, context), clock.instant()));
        }
        return UpdateControl.<ClusterTopology>noUpdate().rescheduleAfter(INTERVAL);
    }

    private Judged observe(ClusterTopology topology, Context<ClusterTopology> context) {
        var nodes = new TreeMap<String, Map<String, String>>();
        for (NodeFacts node : cluster.nodes()) {
            nodes.put(node.name(), node.labels());
        }
        var name = topology.getMetadata().getName();
        var first = context.getPrimaryCache()
                .list()
                .map(other -> other.getMetadata().getName())
                .sorted()
                .findFirst()
                .orElse(name);
        return new Judged(topology, TopologyCensus.of(topology.getSpec().levels(), nodes), first);
    }
}
