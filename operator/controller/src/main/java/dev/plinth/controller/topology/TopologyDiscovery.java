package dev.plinth.controller.topology;

import dev.plinth.api.v1alpha1.ClusterTopology;
import dev.plinth.api.v1alpha1.ClusterTopologySpec;
import dev.plinth.api.v1alpha1.ClusterTopologySpec.Level;
import dev.plinth.controller.cluster.ClusterState;
import dev.plinth.controller.cluster.NodeFacts;
import dev.plinth.controller.contract.Fingerprint;
import dev.plinth.controller.kubernetes.FieldManager;
import dev.plinth.controller.kubernetes.Story;
import dev.plinth.controller.kubernetes.Writer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Writes the ClusterTopology that nobody has written, from the labels of the nodes. It follows the labels until somebody
 * changes it: an annotation holds the fingerprint of what was discovered, and a network that differs is theirs.
 */
public final class TopologyDiscovery {
    private static final Logger LOG = Logger.getLogger(TopologyDiscovery.class);
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    /** Fingerprint of the spec that was discovered. */
    private static final String DISCOVERED = "plinth.dev/discovered";

    /** Whoever applies a file with levels wants those that are in it, also where it says the same. */
    private static final String APPLIED_BY_HAND = "kubectl.kubernetes.io/last-applied-configuration";

    private final ClusterState cluster;
    private final Writer writer;

    public TopologyDiscovery(ClusterState cluster, Writer writer) {
        this.cluster = cluster;
        this.writer = writer;
    }

    /** Whether the network in this object is still what was discovered; what accelerators are cannot be, and is always somebody's. */
    static boolean isDiscovered(ClusterTopology topology) {
        var annotations =
                Optional.ofNullable(topology.getMetadata().getAnnotations()).orElse(Map.of());
        return Fingerprint.of(topology.getSpec().network()).equals(annotations.get(DISCOVERED))
                && !annotations.getOrDefault(APPLIED_BY_HAND, "").contains("\"levels\"");
    }

    /** Looks again and again until the process ends; for the leader only. */
    public void keep() {
        Thread.ofVirtual().name("topology-discovery").start(() -> {
            while (!Thread.currentThread().isInterrupted()) {
                try {
                    look();
                } catch (RuntimeException failed) {
                    LOG.warnf("the topology could not be discovered, will try again: %s", failed.getMessage());
                }
                try {
                    Thread.sleep(INTERVAL);
                } catch (InterruptedException stopping) {
                    Thread.currentThread().interrupt();
                }
            }
        });
    }

    /** Brings the object into line with the labels of now, if it is ours to write. */
    void look() {
        cluster.start();
        var levels = LabelledLevels.of(
                cluster.nodes().stream().map(NodeFacts::labels).toList());
        if (levels.isEmpty()) {
            return; // Also when all nodes are away for a while: what was found about them stays.
        }
        var there = cluster.topology();
        if (there.isEmpty()) {
            writer.create(topology(levels, new ObjectMeta())).ifPresent(made -> tell(made, levels));
        } else if (isDiscovered(there.get()) && !there.get().getSpec().levels().equals(levels)) {
            tell(writer.apply(FieldManager.TOPOLOGY, topology(levels, fenced(there.get()))), levels);
        }
    }

    private void tell(HasMetadata topology, List<Level> levels) {
        var found = "The labels of the nodes name the levels "
                + levels.stream()
                        .map(level -> level.name() + " (" + level.nodeLabel() + ")")
                        .collect(Collectors.joining(", "))
                + ".";
        LOG.info(found);
        writer.tell(topology, Story.normal("TopologyDiscovered", Fingerprint.of(levels), found));
    }

    /** Only the very object that was looked at is changed: somebody else may be writing it now. */
    private static ObjectMeta fenced(ClusterTopology there) {
        return new ObjectMetaBuilder()
                .withUid(there.getMetadata().getUid())
                .withResourceVersion(there.getMetadata().getResourceVersion())
                .build();
    }

    private static ClusterTopology topology(List<Level> levels, ObjectMeta metadata) {
        var spec = new ClusterTopologySpec(levels);
        var topology = new ClusterTopology();
        topology.setMetadata(new ObjectMetaBuilder(metadata)
                .withName(ClusterTopology.NAME)
                .addToAnnotations(DISCOVERED, Fingerprint.of(spec))
                .build());
        topology.setSpec(spec);
        return topology;
    }
}
