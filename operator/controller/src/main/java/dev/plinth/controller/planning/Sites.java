package dev.plinth.controller.planning;

import dev.plinth.api.v1alpha1.ClusterTopology;
import dev.plinth.api.v1alpha1.ClusterTopologySpec;
import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.api.v1alpha1.TrainingJobSpec.Workers;
import dev.plinth.controller.cluster.Amounts;
import dev.plinth.controller.cluster.ClusterState;
import dev.plinth.controller.cluster.GangKey;
import dev.plinth.controller.cluster.NetworkLevels;
import dev.plinth.controller.cluster.NodeFacts;
import dev.plinth.controller.cluster.PodFacts;
import dev.plinth.controller.cluster.Suitability;
import dev.plinth.controller.contract.Tolerations;
import dev.plinth.controller.kubernetes.Labels;
import dev.plinth.controller.kubernetes.Owners;
import dev.plinth.placement.Cluster;
import dev.plinth.placement.GangRequest;
import dev.plinth.placement.Node;
import dev.plinth.placement.Placement;
import dev.plinth.placement.Placer;
import dev.plinth.placement.Resources;
import dev.plinth.planner.hardware.Catalogue;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads the nodes of the cluster and the network between them. */
public final class Sites {
    private Sites() {}

    /** The nodes that may serve the workers of a job. */
    public static Site of(ClusterState cluster, TrainingJob job, Optional<Gang> ownGang) {
        var network = cluster.topology().map(ClusterTopology::getSpec);
        var workers = job.getSpec().workers();
        var nodes = cluster.nodes().stream()
                .sorted(Comparator.comparing(NodeFacts::name))
                .toList();
        var book = cluster.capacity().snapshot();
        var catalogue = cluster.accelerators();
        return new Site(
                hosts(nodes, book, workers, catalogue),
                network.map(ClusterTopologySpec::levels).orElse(List.of()).reversed().stream()
                        .map(level -> new Site.Level(level.name(), bytesPerSecond(level.uplink())))
                        .toList(),
                bytesPerSecond(network.map(ClusterTopologySpec::hostUplink).orElse(null)),
                catalogue,
                ownGang.filter(gang -> needsAsMuch(gang, workers)).flatMap(gang -> seats(cluster, gang)),
                (mesh, accelerator) -> placed(
                        asked(job)
                                .avoiding(suitability(workers, accelerator, catalogue)
                                        .unsuited(nodes))
                                .talking(mesh),
                        book));
    }

    private static OptionalDouble bytesPerSecond(ClusterTopologySpec.@Nullable Uplink said) {
        return said == null
                ? OptionalDouble.empty()
                : OptionalDouble.of(NetworkLevels.uplink(said).guaranteed());
    }

    private static List<Host> hosts(Collection<NodeFacts> nodes, Cluster book, Workers workers, Catalogue catalogue) {
        var resource = WorkerShape.of(workers).resource();
        if (resource.isEmpty()) {
            return List.of();
        }
        var unsuited = suitability(workers, Optional.empty(), catalogue).unsuited(nodes);
        return nodes.stream()
                .filter(node -> !unsuited.containsKey(node.name()))
                .filter(node -> amount(node.allocatable(), resource.get()) > 0)
                .map(node -> host(node, book.node(node.name()), resource.get()))
                .toList();
    }

    private static Host host(NodeFacts node, Optional<Node> known, String resource) {
        return new Host(
                node.name(),
                node.product(),
                known.map(Node::domains).orElse(Collections.emptySortedMap()),
                node.linkDomain(),
                amount(node.allocatable(), resource),
                known.filter(each -> each.closed().isEmpty())
                        .map(each -> amount(each.free(), resource))
                        .orElse(0));
    }

    private static int amount(Resources amounts, String resource) {
        return (int) Math.clamp(amounts.amounts().getOrDefault(resource, 0L), 0, Integer.MAX_VALUE);
    }

    private static Suitability suitability(Workers workers, Optional<String> accelerator, Catalogue catalogue) {
        var template = workers.template();
        return new Suitability(
                template.nodeSelector(),
                template.tolerations().stream().map(Tolerations::of).toList(),
                accelerator,
                catalogue);
    }

    /** What a worker asks for by its own fields; what an overlay adds is seen when it is placed. */
    private static GangRequest asked(TrainingJob job) {
        var workers = job.getSpec().workers();
        var resources = workers.template().resources();
        var amounts = new TreeMap<>(resources.limits());
        amounts.putAll(resources.requests());
        var each = Amounts.of(amounts).plus(Resources.of(Amounts.PODS, 1));
        var request = GangRequest.of(GangKey.of(job).toString(), workers.count(), each);
        var wish = job.getSpec().topology();
        if (wish != null && wish.required() != null) {
            request = request.requiring(wish.required());
        }
        return wish != null && wish.preferred() != null ? request.preferring(wish.preferred()) : request;
    }

    private static Optional<SortedMap<Integer, String>> placed(GangRequest request, Cluster book) {
        return Placer.find(request, book).map(Placement.Placed::nodes);
    }

    /** Workers that are started again stay where they are, unless they need something else now. */
    private static boolean needsAsMuch(Gang gang, Workers workers) {
        return gang.getSpec().template().resources().equals(workers.template().resources());
    }

    private static Optional<SortedMap<Integer, String>> seats(ClusterState cluster, Gang gang) {
        var seats = new TreeMap<Integer, String>();
        cluster.podsOf(GangKey.of(gang)).stream()
                .filter(pod -> Owners.owns(gang, pod) && !PodFacts.ended(pod))
                .sorted(Comparator.comparing(pod -> PodFacts.number(pod, Labels.INCARNATION)))
                .forEach(pod -> PodFacts.node(pod)
                        .ifPresent(node -> seats.put(PodFacts.number(pod, Labels.MEMBER_INDEX), node)));
        return seats.size() == gang.getSpec().size() ? Optional.of(seats) : Optional.empty();
    }
}
