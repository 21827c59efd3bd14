package dev.plinth.controller.topology;

import dev.plinth.api.v1alpha1.ClusterTopologySpec.Level;
import dev.plinth.controller.cluster.NodeFacts;
import java.util.List;

/** The node labels that clouds, drivers and tools commonly write about the network. */
final class KnownLabels {
    private KnownLabels() {}

    /** The outermost level: nobody's network is faster between zones than within one. */
    static final Level ZONE = new Level("zone", "topology.kubernetes.io/zone");

    /** Each list is one source's levels, outermost first. Where nodes carry several alike, the first in this order counts. */
    static final List<List<Level>> FABRICS = List.of(
            // Our own, for networks that nobody else labels.
            List.of(new Level("block", "topology.plinth.dev/block"), new Level("rack", "topology.plinth.dev/rack")),
            // NVIDIA Topograph, before and after it renamed its labels.
            List.of(
                    new Level("core", "fabric.topograph.run/tier-2"),
                    new Level("spine", "fabric.topograph.run/tier-1"),
                    new Level("leaf", "fabric.topograph.run/tier-0")),
            List.of(
                    new Level("core", "network.topology.nvidia.com/core"),
                    new Level("spine", "network.topology.nvidia.com/spine"),
                    new Level("leaf", "network.topology.nvidia.com/leaf")),
            // Google Kubernetes Engine.
            List.of(
                    new Level("block", "cloud.google.com/gce-topology-block"),
                    new Level("subblock", "cloud.google.com/gce-topology-subblock")),
            // Amazon EKS: layer 1 is the outermost, and the last layer is the switch of the instance.
            List.of(
                    new Level("layer-1", "topology.k8s.aws/network-node-layer-1"),
                    new Level("layer-2", "topology.k8s.aws/network-node-layer-2"),
                    new Level("layer-3", "topology.k8s.aws/network-node-layer-3"),
                    new Level("layer-4", "topology.k8s.aws/network-node-layer-4")),
            // Oracle Kubernetes Engine with RDMA.
            List.of(
                    new Level("island", "oci.oraclecloud.com/rdma.hpc_island_id"),
                    new Level("block", "oci.oraclecloud.com/rdma.network_block_id"),
                    new Level("local-block", "oci.oraclecloud.com/rdma.local_block_id")),
            // CoreWeave.
            List.of(
                    new Level("fabric", "backend.coreweave.cloud/fabric"),
                    new Level("superpod", "backend.coreweave.cloud/superpod"),
                    new Level("leafgroup", "backend.coreweave.cloud/leafgroup")),
            // The names in Kueue's examples, which many label their nodes with by hand.
            List.of(
                    new Level("block", "cloud.provider.com/topology-block"),
                    new Level("rack", "cloud.provider.com/topology-rack")));

    /** NVLink over several nodes, the innermost level. Where nodes carry several alike, the first in this order counts. */
    static final List<Level> NVLINK = NodeFacts.LINK_LABELS.stream()
            .map(label -> new Level("nvlink", label))
            .toList();
}
