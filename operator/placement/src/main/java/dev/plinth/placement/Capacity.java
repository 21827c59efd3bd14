package dev.plinth.placement;

import java.util.ArrayList;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The book of what each node has, holds and was promised.
 *
 * <p>A pod is counted from the moment its place is decided ({@link #reserve}), through its creation, until it is seen to be gone
 * ({@link #gone}); so a view of the cluster that lags behind never frees room that is taken. A promise is checked against the book
 * as it is now, not against the snapshot it was decided on. Safe for use by several threads.
 *
 * <p>A new book knows of no pods: {@link #observe} all there are before the first promise.
 */
public final class Capacity {
    private record Claim(String node, Resources amounts, boolean promised) {}

    private record Place(SortedMap<String, String> domains, Resources allocatable, Optional<String> closed) {}

    private Topology topology;
    private final SortedMap<String, Place> places = new TreeMap<>();
    private final SortedMap<Holder, Claim> claims = new TreeMap<>();
    private final SortedMap<String, SortedSet<Holder>> holdersByNode = new TreeMap<>();

    private @Nullable Cluster latest;
    private final SortedSet<String> changed = new TreeSet<>();

    public Capacity(Topology topology) {
        this.topology = topology;
    }

    public synchronized void setTopology(Topology topology) {
        if (!topology.equals(this.topology)) {
            this.topology = topology;
            latest = null;
        }
    }

    /**
     * Adds a node or replaces what is known of it.
     *
     * @param allocatable all it has for pods, whoever holds it now
     * @param closed why nobody may be placed there; see {@link Node#closed}
     */
    public synchronized void putNode(
            String name, SortedMap<String, String> domains, Resources allocatable, Optional<String> closed) {
        var before = places.put(name, new Place(new TreeMap<>(domains), allocatable, closed));
        if (before == null || !before.domains.equals(domains) || !before.allocatable.equals(allocatable)) {
            latest = null;
        }
        changed.add(name);
    }

    /** The node is gone. Claims on it stay in the book, in case it comes back with its pods. */
    public synchronized void removeNode(String name) {
        if (places.remove(name) != null) {
            latest = null;
        }
    }

    /**
     * Promises room to pods that are about to be created: to all of them, or to none. A pod that has its room on this node already
     * keeps it and is not counted twice.
     *
     * @param nodes node by pod
     * @return why the promise cannot be given; empty if it is given
     */
    public synchronized Optional<String> reserve(SortedMap<Holder, String> nodes, Resources each) {
        var fresh = new TreeMap<Holder, String>();
        var demand = new TreeMap<String, Resources>();
        for (var wish : nodes.entrySet()) {
            var node = wish.getValue();
            var claim = claims.get(wish.getKey());
            if (claim != null && !claim.node.equals(node)) {
                return Optional.of(wish.getKey().id() + " already has its room on " + claim.node);
            }
            if (claim == null) {
                fresh.put(wish.getKey(), node);
                demand.merge(node, each, Resources::plus);
            }
        }
        for (var wish : demand.entrySet()) {
            var place = places.get(wish.getKey());
            if (place == null) {
                return Optional.of(wish.getKey() + " is no longer a node of the cluster");
            }
            if (place.closed.isPresent()) {
                return Optional.of(wish.getKey() + " is closed: " + place.closed.get());
            }
            if (!free(wish.getKey(), place).covers(wish.getValue())) {
                return Optional.of(wish.getKey() + " no longer has " + wish.getValue() + " free");
            }
        }
        fresh.forEach((holder, node) -> put(holder, new Claim(node, each, true)));
        return Optional.empty();
    }

    /**
     * Promises the room of a pod that still holds it, on this node, to its successor. Both are counted until the first is gone, so
     * that nobody gets in between; the node is overdrawn for that time.
     */
    public synchronized void handOn(Holder successor, String node, Resources amounts) {
        if (!claims.containsKey(successor)) {
            put(successor, new Claim(node, amounts, true));
        }
    }

    /** Takes back a promise that will not be carried out. A pod that has been seen is not affected: it must be {@link #gone}. */
    public synchronized void withdraw(Holder holder) {
        var claim = claims.get(holder);
        if (claim != null && claim.promised) {
            drop(holder);
        }
    }

    /** A pod was seen, bound to this node or created for it. Repeated and late calls are harmless. */
    public synchronized void observe(Holder holder, String node, Resources amounts) {
        put(holder, new Claim(node, amounts, false));
    }

    /** A pod was seen to have ended or to have been deleted: what it held is free. */
    public synchronized void gone(Holder holder) {
        drop(holder);
    }

    /** Promises to this owner for which no pod has been seen yet. */
    public synchronized SortedMap<Holder, String> promises(String owner) {
        var promises = new TreeMap<Holder, String>();
        for (var entry : claims.tailMap(new Holder(owner, "")).entrySet()) {
            if (!entry.getKey().owner().equals(owner)) {
                break;
            }
            if (entry.getValue().promised) {
                promises.put(entry.getKey(), entry.getValue().node);
            }
        }
        return promises;
    }

    /** The cluster as the book has it now. Costs what has changed since the last one; the rest is shared with it. */
    public synchronized Cluster snapshot() {
        if (latest == null) {
            var nodes = new ArrayList<Node>(places.size());
            places.forEach((name, place) -> nodes.add(node(name, place)));
            latest = Cluster.of(topology, nodes);
        } else if (!changed.isEmpty()) {
            var contents = new TreeMap<Integer, Node>();
            for (var name : changed) {
                var place = places.get(name);
                var position = latest.position(name);
                if (place != null && position.isPresent()) {
                    contents.put(position.getAsInt(), node(name, place));
                }
            }
            latest = latest.with(contents);
        }
        changed.clear();
        return latest;
    }

    private void put(Holder holder, Claim claim) {
        drop(holder);
        claims.put(holder, claim);
        holdersByNode.computeIfAbsent(claim.node, node -> new TreeSet<>()).add(holder);
        changed.add(claim.node);
    }

    private void drop(Holder holder) {
        var claim = claims.remove(holder);
        if (claim == null) {
            return;
        }
        var rest = holdersByNode.getOrDefault(claim.node, new TreeSet<>());
        rest.remove(holder);
        if (rest.isEmpty()) {
            holdersByNode.remove(claim.node);
        }
        changed.add(claim.node);
    }

    private Node node(String name, Place place) {
        var byOwner = new TreeMap<String, Resources>();
        holders(name).forEach((holder, amounts) -> byOwner.merge(holder.owner(), amounts, Resources::plus));
        return new Node(name, place.domains, free(name, place), place.closed, byOwner);
    }

    private Resources free(String name, Place place) {
        var free = place.allocatable;
        for (var amounts : holders(name).values()) {
            free = free.minus(amounts);
        }
        return free;
    }

    private SortedMap<Holder, Resources> holders(String node) {
        var holders = new TreeMap<Holder, Resources>();
        for (var holder : holdersByNode.getOrDefault(node, new TreeSet<>())) {
            var claim = claims.get(holder);
            if (claim != null) {
                holders.put(holder, claim.amounts);
            }
        }
        return holders;
    }
}
