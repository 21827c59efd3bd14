package dev.plinth.testbed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a cluster consists of; {@code cluster.yaml} explains every field.
 *
 * @param name name of the cluster and of its state folder
 * @param leaseSeconds how long a node may be silent before its lease is over
 * @param topology levels of the network, outermost first, by which simulated nodes are labelled
 * @param realNodes nodes that run containers; they need root
 * @param simulatedNodes groups of nodes that only claim to
 * @param sharedVolumes volumes that every real node sees
 * @param gangScheduling whether Kubernetes' own gang scheduling is on, which is off by default
 * @param topologyScheduling whether, beside it, Kubernetes' own topology-aware scheduling of such gangs is on
 */
public record ClusterSpec(
        String name,
        int leaseSeconds,
        List<Level> topology,
        List<RealNode> realNodes,
        List<SimulatedNodes> simulatedNodes,
        SharedVolumes sharedVolumes,
        boolean gangScheduling,
        boolean topologyScheduling) {

    /** A level of the network: {@code nodes} nodes side by side share a domain, named in {@code label}. */
    public record Level(String level, String label, int nodes) {}

    /** A node with a kubelet and a container runtime of its own. */
    public record RealNode(String name, int gpus, Map<String, String> labels) {
        public RealNode {
            labels = orElse(labels, Map.of());
        }
    }

    /**
     * {@code count} nodes named {@code prefix-0000} and so on, each with the given resources.
     *
     * @param tainted whether only pods that tolerate {@code testbed.plinth.dev/simulated} may go there
     */
    public record SimulatedNodes(
            String prefix,
            int count,
            int gpus,
            String cpu,
            String memory,
            Map<String, String> labels,
            boolean tainted) {
        public SimulatedNodes {
            prefix = orElse(prefix, "sim");
            cpu = orElse(cpu, "96");
            memory = orElse(memory, "1Ti");
            labels = orElse(labels, Map.of());
        }

        /** Nodes without labels of their own that take any pod. */
        public SimulatedNodes(String prefix, int count, int gpus) {
            this(prefix, count, gpus, "96", "1Ti", Map.of(), false);
        }

        /** The same with these labels. */
        public SimulatedNodes withLabels(Map<String, String> others) {
            return new SimulatedNodes(prefix, count, gpus, cpu, memory, others, tainted);
        }
    }

    /** {@code count} volumes of {@code size} each, of the default storage class {@code shared}, mountable on many nodes. */
    public record SharedVolumes(int count, String size) {
        public SharedVolumes {
            size = orElse(size, "10Gi");
        }
    }

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory())
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

    public ClusterSpec(
            String name,
            int leaseSeconds,
            List<Level> topology,
            List<RealNode> realNodes,
            List<SimulatedNodes> simulatedNodes,
            SharedVolumes sharedVolumes,
            boolean gangScheduling,
            boolean topologyScheduling) {
        this.name = orElse(name, "plinth");
        this.leaseSeconds = leaseSeconds == 0 ? 40 : leaseSeconds;
        this.topology = List.copyOf(orElse(topology, List.<Level>of()));
        this.realNodes = List.copyOf(orElse(realNodes, List.<RealNode>of()));
        this.simulatedNodes = List.copyOf(orElse(simulatedNodes, List.<SimulatedNodes>of()));
        this.sharedVolumes = orElse(sharedVolumes, new SharedVolumes(0, "10Gi"));
        this.gangScheduling = gangScheduling;
        this.topologyScheduling = topologyScheduling;
        check();
    }

    /** Only a control plane: no node at all. */
    public static ClusterSpec controlPlane(String name) {
        return new ClusterSpec(name, 40, List.of(), List.of(), List.of(), new SharedVolumes(0, "10Gi"), false, false);
    }

    /** The same under another name. */
    public ClusterSpec withName(String other) {
        return new ClusterSpec(
                other,
                leaseSeconds,
                topology,
                realNodes,
                simulatedNodes,
                sharedVolumes,
                gangScheduling,
                topologyScheduling);
    }

    /** The same with other real nodes. */
    public ClusterSpec withRealNodes(RealNode... nodes) {
        return new ClusterSpec(
                name,
                leaseSeconds,
                topology,
                List.of(nodes),
                simulatedNodes,
                sharedVolumes,
                gangScheduling,
                topologyScheduling);
    }

    /** The same with other simulated nodes. */
    public ClusterSpec withSimulatedNodes(SimulatedNodes... groups) {
        return new ClusterSpec(
                name,
                leaseSeconds,
                topology,
                realNodes,
                List.of(groups),
                sharedVolumes,
                gangScheduling,
                topologyScheduling);
    }

    /** The same with other levels of the network. */
    public ClusterSpec withTopology(Level... levels) {
        return new ClusterSpec(
                name,
                leaseSeconds,
                List.of(levels),
                realNodes,
                simulatedNodes,
                sharedVolumes,
                gangScheduling,
                topologyScheduling);
    }

    /** The same with another lease. */
    public ClusterSpec withLeaseSeconds(int seconds) {
        return new ClusterSpec(
                name, seconds, topology, realNodes, simulatedNodes, sharedVolumes, gangScheduling, topologyScheduling);
    }

    /** The same with shared volumes. */
    public ClusterSpec withSharedVolumes(SharedVolumes volumes) {
        return new ClusterSpec(
                name, leaseSeconds, topology, realNodes, simulatedNodes, volumes, gangScheduling, topologyScheduling);
    }

    /** The same with Kubernetes' own gang scheduling. */
    public ClusterSpec withGangScheduling() {
        return new ClusterSpec(name, leaseSeconds, topology, realNodes, simulatedNodes, sharedVolumes, true, false);
    }

    /** The same with Kubernetes' own gang scheduling, by the topology too. */
    public ClusterSpec withTopologyScheduling() {
        return new ClusterSpec(name, leaseSeconds, topology, realNodes, simulatedNodes, sharedVolumes, true, true);
    }

    /** Reads a specification from a YAML file. */
    public static ClusterSpec read(Path file) {
        try {
            return parse(Files.readString(file), file.toString());
        } catch (IOException e) {
            throw new TestbedException("cannot read the cluster's configuration %s".formatted(file), e);
        }
    }

    /**
     * Parses a specification.
     *
     * @param origin where the text is from, for messages
     */
    public static ClusterSpec parse(String yaml, String origin) {
        try {
            return YAML.readValue(yaml, ClusterSpec.class);
        } catch (JsonProcessingException e) {
            var at = e.getLocation() == null ? "" : ":" + e.getLocation().getLineNr();
            var why = e.getCause() instanceof TestbedException bad ? bad.getMessage() : e.getOriginalMessage();
            throw new TestbedException("%s%s: %s".formatted(origin, at, why), e);
        }
    }

    /** The specification as YAML, readable by {@link #parse}. */
    public String toYaml() {
        try {
            return YAML.writeValueAsString(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /** How many simulated nodes there are in all. */
    public int simulatedCount() {
        return simulatedNodes.stream().mapToInt(SimulatedNodes::count).sum();
    }

    private void check() {
        require(
                name.matches("[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?"),
                "name must be lower-case letters, digits and dashes, at most 40");
        require(leaseSeconds >= 4, "leaseSeconds must be at least 4, else a busy machine loses nodes");
        require(realNodes.size() <= 200, "at most 200 real nodes fit the address plan");
        require(
                simulatedNodes.stream().allMatch(group -> group.count() >= 0),
                "count of simulatedNodes must not be negative");
        require(!topologyScheduling || gangScheduling, "topologyScheduling needs gangScheduling: set both to true");
        var names = new HashSet<String>();
        Stream.concat(
                        realNodes.stream().map(RealNode::name),
                        simulatedNodes.stream().map(SimulatedNodes::prefix))
                .forEach(node -> require(names.add(node), "two nodes or groups are named " + node));
        for (int i = 1; i < topology.size(); i++) {
            var outer = topology.get(i - 1);
            var inner = topology.get(i);
            require(
                    inner.nodes() > 0 && outer.nodes() % inner.nodes() == 0,
                    "level %s (%d nodes) must hold a whole number of domains of level %s (%d nodes)"
                            .formatted(outer.level(), outer.nodes(), inner.level(), inner.nodes()));
        }
    }

    private static void require(boolean holds, String line) {
        if (!holds) {
            throw new TestbedException(line);
        }
    }

    private static <T> T orElse(@Nullable T value, T fallback) {
        return value == null ? fallback : value;
    }
}
