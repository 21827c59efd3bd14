package dev.plinth.controller.gang.backend;

import dev.plinth.api.v1alpha1.ClusterTopologySpec.Level;
import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.controller.cluster.ClusterState;
import dev.plinth.controller.kubernetes.ServedApis;
import java.util.List;

/** Chooses the back end that a gang asks for. */
public final class BackEnds {
    private static final BackEnd OWN = new OwnPlan();

    private final ClusterState cluster;
    private final ServedApis apis;

    public BackEnds(ClusterState cluster, ServedApis apis) {
        this.cluster = cluster;
        this.apis = apis;
    }

    public BackEnd of(Gang gang) {
        var scheduling = gang.getSpec().scheduling();
        if (scheduling == null) {
            return OWN;
        }
        if (scheduling.kubernetes() != null) {
            return new KubernetesGang(gang, apis);
        }
        var kueue = scheduling.kueue();
        if (kueue != null) {
            return new KueueGroup(gang, kueue.queue(), apis, cluster::nodeLabel);
        }
        var volcano = scheduling.volcano();
        return volcano == null ? OWN : new VolcanoGroup(gang, volcano.queue(), apis, levels());
    }

    private List<String> levels() {
        return cluster.topology()
                .map(topology ->
                        topology.getSpec().levels().stream().map(Level::name).toList())
                .orElse(List.of());
    }
}
