package dev.plinth.controller.gang;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.controller.cluster.Amounts;
import dev.plinth.controller.cluster.ClusterState;
import dev.plinth.controller.cluster.GangKey;
import dev.plinth.controller.cluster.PodFacts;
import dev.plinth.controller.cluster.Suitability;
import dev.plinth.controller.metrics.OperatorMetrics;
import dev.plinth.controller.planning.GangMesh;
import dev.plinth.placement.GangRequest;
import dev.plinth.placement.Holder;
import dev.plinth.placement.Placement;
import dev.plinth.placement.Placer;
import dev.plinth.placement.Resources;
import dev.plinth.planner.hardware.Catalogue;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Finds room for the members of a gang that have no pod and has it promised to them, all or none. A promise is checked
 * against the book at the moment it is given, so two gangs decided at once never get the same accelerator.
 */
final class RoomSeeker {
    private static final int ATTEMPTS = 3;
    /** As many as may be deleted while a pass that still sees one of them runs. */
    private static final int DELETED = 10_000;

    private final ClusterState cluster;
    private final OperatorMetrics metrics;
    /** Gangs, by their UID, that have been deleted; a pass by an older cache is promised nothing, as nobody would take it back. */
    private final Set<String> deleted = Collections.newSetFromMap(Collections.synchronizedMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
            return size() > DELETED;
        }
    }));

    /** Replicas by revision that room was sought for, guarded by itself: the cache of gangs may not show the newest yet. */
    private final Map<String, Set<GangKey>> replicas = new HashMap<>();

    RoomSeeker(ClusterState cluster, OperatorMetrics metrics) {
        this.cluster = cluster;
        this.metrics = metrics;
    }

    /**
     * Looks for room. Lost nodes are closed to everybody until they show a sign of life.
     *
     * @param outline what the pods of the members have in common
     */
    Room seek(GangView view, PodSpec outline) {
        var each = Amounts.requestedBy(new PodBuilder().withSpec(outline).build());
        // A promise whose pod never came about, for whatever reason, is void: the place is decided anew.
        takeBack(view);
        var excluded = suitability(view, outline, cluster.accelerators()).unsuited(cluster.nodes());
        var inPlace = inPlace(view, each, excluded);
        // Counted for predecessor and successor until the predecessor is gone, so that nobody gets in between.
        inPlace.forEach((index, node) ->
                cluster.capacity().handOn(holder(view, view.members().get(index)), node, each));
        var decided = asDecided(view, each, inPlace, excluded);
        return decided.orElseGet(() -> searchAlone(view, each, inPlace, excluded));
    }

    /** One replica of a revision after the other, so that each sees where the others go. Those of older revisions will leave. */
    private Room searchAlone(
            GangView view, Resources each, SortedMap<Integer, String> inPlace, SortedMap<String, String> excluded) {
        var revision = ClusterState.revision(view.gang());
        if (revision.isEmpty()) {
            return search(view, each, inPlace, excluded, Set.of());
        }
        synchronized (replicas) {
            var known = replicas.computeIfAbsent(revision.get(), any -> new HashSet<>());
            known.add(view.key());
            var siblings = new HashSet<>(known);
            siblings.addAll(cluster.replicas(revision.get()));
            siblings.remove(view.key());
            return search(view, each, inPlace, excluded, siblings);
        }
    }

    /**
     * The places that were decided for this formation before, by a leader that came no further, if they are still good: one
     * decision is carried out, however often it is begun.
     */
    private Optional<Room> asDecided(
            GangView view, Resources each, SortedMap<Integer, String> inPlace, SortedMap<String, String> excluded) {
        var assigned = view.assigned();
        boolean good = view.absent().stream().allMatch(member -> {
            var node = assigned.get(member.index());
            return node != null
                    && !excluded.containsKey(node)
                    && cluster.isOpen(node)
                    && node.equals(inPlace.getOrDefault(member.index(), node));
        });
        return good && promise(view, assigned, inPlace, each)
                ? Optional.of(new Room.Promised(ofAbsent(view, assigned)))
                : Optional.empty();
    }

    private Room search(
            GangView view,
            Resources each,
            SortedMap<Integer, String> inPlace,
            SortedMap<String, String> excluded,
            Set<GangKey> siblings) {
        var request = request(view, each, inPlace, excluded);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            switch (placeApart(siblings, request)) {
                case Placement.Unplaceable(var explanation) -> {
                    takeBack(view);
                    return new Room.Lacking(explanation);
                }
                case Placement.Placed placed -> {
                    var nodes = placed.nodes();
                    if (promise(view, nodes, inPlace, each)) {
                        return new Room.Promised(ofAbsent(view, nodes));
                    }
                }
            }
        }
        takeBack(view);
        return new Room.Contended();
    }

    private static SortedMap<Integer, String> ofAbsent(GangView view, SortedMap<Integer, String> nodes) {
        var found = new TreeMap<>(nodes);
        found.keySet().retainAll(view.absent().stream().map(MemberView::index).collect(Collectors.toSet()));
        return found;
    }

    /** A replica goes where the fewest others of its revision are, if there is room: a node that is lost takes few of them. */
    private Placement placeApart(Set<GangKey> siblings, GangRequest request) {
        var counts = replicasByNode(siblings);
        for (long most : new TreeSet<>(counts.values())) {
            var avoid = new TreeMap<>(request.avoid());
            counts.forEach((node, count) -> {
                if (count >= most) {
                    avoid.put(node, "has other replicas");
                }
            });
            if (place(request.avoiding(avoid)) instanceof Placement.Placed apart) {
                return apart;
            }
        }
        return place(request);
    }

    /** Only nodes that have any. */
    private Map<String, Long> replicasByNode(Set<GangKey> siblings) {
        var owners = siblings.stream().map(PodFacts::owner).collect(Collectors.toSet());
        var counts = new HashMap<String, Long>();
        if (!owners.isEmpty()) {
            for (var node : cluster.capacity().snapshot().nodes()) {
                long count = node.holders().keySet().stream()
                        .filter(owners::contains)
                        .count();
                if (count > 0) {
                    counts.put(node.name(), count);
                }
            }
        }
        return counts;
    }

    private Placement place(GangRequest request) {
        long start = System.nanoTime();
        var placement = Placer.place(request, cluster.capacity().snapshot());
        metrics.placementDecided(Duration.ofNanos(System.nanoTime() - start), placement instanceof Placement.Placed);
        return placement;
    }

    /** Takes back what was promised to the members that have no pod. */
    void takeBack(GangView view) {
        view.absent().forEach(member -> cluster.capacity().gone(holder(view, member)));
    }

    /** Takes back what was promised to members of a gang that is gone and will never be made, and promises it nothing any more. */
    void forget(Gang gang) {
        deleted.add(gang.getMetadata().getUid());
        synchronized (replicas) {
            ClusterState.revision(gang)
                    .ifPresent(revision -> replicas.computeIfPresent(
                            revision,
                            (any, known) -> known.remove(GangKey.of(gang)) && known.isEmpty() ? null : known));
        }
        cluster.capacity().promises(PodFacts.owner(GangKey.of(gang))).keySet().stream()
                .filter(holder -> holder.id().startsWith(gang.getMetadata().getUid() + "/"))
                .forEach(cluster.capacity()::withdraw);
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
        boolean given = cluster.capacity().reserve(fresh, each).isEmpty();
        if (deleted.contains(view.uid())) { // asked after the promise: who is deleted later takes it back
            takeBack(view);
            return false;
        }
        return given;
    }

    /** Members whose predecessor still holds its room on a node that is well: they go on there. */
    private SortedMap<Integer, String> inPlace(GangView view, Resources each, SortedMap<String, String> excluded) {
        var nodes = new TreeMap<Integer, String>();
        for (var member : view.absent()) {
            member.former().stream()
                    .filter(pod -> !PodFacts.ended(pod))
                    // What members run may have changed, and its needs with it.
                    .filter(pod -> Amounts.requestedBy(pod).covers(each))
                    .flatMap(pod -> PodFacts.node(pod).stream())
                    .filter(node -> !excluded.containsKey(node) && cluster.isOpen(node))
                    .findFirst()
                    .ifPresent(node -> nodes.put(member.index(), node));
        }
        return nodes;
    }

    private GangRequest request(
            GangView view, Resources each, SortedMap<Integer, String> inPlace, SortedMap<String, String> excluded) {
        var pinned = new TreeMap<>(inPlace);
        view.nodes().forEach((index, node) -> {
            if (cluster.node(node).isPresent()) {
                pinned.put(index, node);
            }
        });
        var wish = view.spec().topology();
        var request = GangRequest.of(view.key().toString(), view.spec().size(), each)
                .pinning(pinned)
                .avoiding(excluded)
                .talking(GangMesh.of(view.spec()));
        if (wish != null && wish.required() != null) {
            request = request.requiring(wish.required());
        }
        return wish != null && wish.preferred() != null ? request.preferring(wish.preferred()) : request;
    }

    /** What the gang's own pods ask of a node beside room. */
    static Suitability suitability(GangView view, PodSpec outline, Catalogue accelerators) {
        return new Suitability(
                outline.getNodeSelector(), outline.getTolerations(), GangMesh.accelerator(view.spec()), accelerators);
    }

    private static Holder holder(GangView view, MemberView member) {
        return PodFacts.member(view.key(), view.uid(), member.index(), member.incarnation());
    }
}
