package dev.plinth.controller.gang;

import dev.plinth.controller.cluster.Amounts;
import dev.plinth.controller.cluster.ClusterState;
import dev.plinth.controller.cluster.NodeFacts;
import dev.plinth.controller.cluster.PodFacts;
import dev.plinth.placement.GangRequest;
import dev.plinth.placement.Holder;
import dev.plinth.placement.Placement;
import dev.plinth.placement.Placer;
import dev.plinth.placement.Resources;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Taint;
import io.fabric8.kubernetes.api.model.Toleration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds room for the members of a gang that have no pod and has it promised to them, all or none. A promise is checked
 * against the book at the moment it is given, so two gangs decided at once never get the same accelerator.
 */
final class RoomSeeker {
    private static final int ATTEMPTS = 3;
    private static final Set<String> FORBIDDING = Set.of("NoSchedule", "NoExecute");

    private final ClusterState cluster;

    RoomSeeker(ClusterState cluster) {
        this.cluster = cluster;
    }

    /**
     * Looks for room.
     *
     * @param outline what the pods of the members have in common
     * @param avoid nodes that the gang must not get, with the reason
     */
    Room seek(GangView view, PodSpec outline, SortedMap<String, String> avoid) {
        var each = Amounts.requestedBy(new PodBuilder().withSpec(outline).build());
        // A promise whose pod never came about, for whatever reason, is void: the place is decided anew.
        view.absent().forEach(member -> takeBack(view, member));
        var inPlace = inPlace(view, avoid);
        // Counted for predecessor and successor until the predecessor is gone, so that nobody gets in between.
        inPlace.forEach((index, node) ->
                cluster.capacity().observe(holder(view, view.members().get(index)), node, each));
        var request = request(view, outline, each, inPlace, avoid);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            switch (Placer.place(request, cluster.capacity().snapshot())) {
                case Placement.Unplaceable(var explanation) -> {
                    view.absent().forEach(member -> takeBack(view, member));
                    return new Room.Lacking(explanation);
                }
                case Placement.Placed placed -> {
                    var nodes = placed.nodes();
                    if (promise(view, nodes, inPlace, each)) {
                        var found = new TreeMap<Integer, String>();
                        view.absent().forEach(member -> found.put(member.index(), nodes.get(member.index())));
                        return new Room.Promised(found);
                    }
                }
            }
        }
        view.absent().forEach(member -> takeBack(view, member));
        return new Room.Contended();
    }

    /** Takes back what was promised to a member that has no pod. */
    void takeBack(GangView view, MemberView member) {
        cluster.capacity().gone(holder(view, member));
    }

    /** Whether more was taken of this node than it has, by the book: somebody came in between. */
    boolean isOverfull(String node) {
        return cluster.capacity().snapshot().node(node).stream()
                .anyMatch(known -> known.free().amounts().values().stream().anyMatch(amount -> amount < 0));
    }

    private boolean promise(
            GangView view, SortedMap<Integer, String> nodes, SortedMap<Integer, String> inPlace, Resources each) {
        var fresh = new TreeMap<Holder, String>();
        view.absent().stream()
                .filter(member -> !inPlace.containsKey(member.index()))
                .forEach(member -> fresh.put(holder(view, member), nodes.get(member.index())));
        return cluster.capacity().reserve(fresh, each).isEmpty();
    }

    /** Members whose predecessor still holds its room on a node that is well: they go on there. */
    private SortedMap<Integer, String> inPlace(GangView view, SortedMap<String, String> avoid) {
        var nodes = new TreeMap<Integer, String>();
        for (var member : view.absent()) {
            member.former().stream()
                    .filter(pod -> !PodFacts.ended(pod))
                    .flatMap(pod -> PodFacts.node(pod).stream())
                    .filter(node -> !avoid.containsKey(node) && cluster.isOpen(node))
                    .findFirst()
                    .ifPresent(node -> nodes.put(member.index(), node));
        }
        return nodes;
    }

    private GangRequest request(
            GangView view,
            PodSpec outline,
            Resources each,
            SortedMap<Integer, String> inPlace,
            SortedMap<String, String> avoid) {
        var pinned = new TreeMap<>(inPlace);
        view.nodes().forEach((index, node) -> {
            if (cluster.node(node).isPresent()) {
                pinned.put(index, node);
            }
        });
        var excluded = excluded(outline);
        excluded.putAll(avoid);
        var wish = view.spec().topology();
        var request = GangRequest.of(view.key().toString(), view.spec().size(), each)
                .pinning(pinned)
                .avoiding(excluded);
        if (wish != null && wish.required() != null) {
            request = request.requiring(wish.required());
        }
        return wish != null && wish.preferred() != null ? request.preferring(wish.preferred()) : request;
    }

    /** Nodes that the gang's own pods rule out, with the reason. */
    private SortedMap<String, String> excluded(PodSpec outline) {
        var excluded = new TreeMap<String, String>();
        for (var node : cluster.nodes()) {
            mismatch(outline.getNodeSelector(), node)
                    .or(() -> untolerated(outline.getTolerations(), node))
                    .ifPresent(why -> excluded.put(node.name(), why));
        }
        return excluded;
    }

    private static Optional<String> mismatch(Map<String, String> selector, NodeFacts node) {
        return selector.entrySet().stream()
                .filter(wanted -> !wanted.getValue().equals(node.labels().get(wanted.getKey())))
                .findFirst()
                .map(wanted -> "lacks the label " + wanted.getKey() + "=" + wanted.getValue());
    }

    private static Optional<String> untolerated(List<Toleration> tolerations, NodeFacts node) {
        return node.taints().stream()
                .filter(taint -> FORBIDDING.contains(taint.getEffect()))
                .filter(taint -> tolerations.stream().noneMatch(toleration -> tolerates(toleration, taint)))
                .findFirst()
                .map(taint -> "has the taint " + taint.getKey());
    }

    private static boolean tolerates(Toleration toleration, Taint taint) {
        boolean effect =
                isBlank(toleration.getEffect()) || toleration.getEffect().equals(taint.getEffect());
        boolean key = isBlank(toleration.getKey()) || toleration.getKey().equals(taint.getKey());
        boolean value = "Exists".equals(toleration.getOperator())
                || Optional.ofNullable(toleration.getValue())
                        .orElse("")
                        .equals(Optional.ofNullable(taint.getValue()).orElse(""));
        return effect && key && value;
    }

    private static boolean isBlank(@Nullable String text) {
        return text == null || text.isEmpty();
    }

    private static Holder holder(GangView view, MemberView member) {
        return PodFacts.member(view.key(), view.uid(), member.index(), member.incarnation());
    }
}
