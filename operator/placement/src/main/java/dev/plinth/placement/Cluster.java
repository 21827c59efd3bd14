package dev.plinth.placement;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The nodes as a tree of domains. Immutable; clusters that differ only in free room share the tree. */
public final class Cluster {
    private final Topology topology;
    private final NodeBlock[] blocks;
    private final int size;
    private final long version;
    private final SortedMap<String, Integer> positions;
    private final List<List<Domain>> domainsByDepth;
    private final Domain root;
    private final Fabric fabric;

    private Cluster(
            Topology topology,
            NodeBlock[] blocks,
            int size,
            long version,
            SortedMap<String, Integer> positions,
            List<List<Domain>> domainsByDepth,
            Domain root,
            Fabric fabric) {
        this.topology = topology;
        this.blocks = blocks;
        this.size = size;
        this.version = version;
        this.positions = positions;
        this.domainsByDepth = domainsByDepth;
        this.root = root;
        this.fabric = fabric;
    }

    /** Of two nodes with one name the later counts. */
    public static Cluster of(Topology topology, Collection<Node> nodes) {
        var byName = new TreeMap<String, Node>();
        nodes.forEach(node -> byName.put(node.name(), node));
        record Keyed(Node node, List<String> keys) {}
        var keyed = new ArrayList<Keyed>(byName.size());
        byName.values().forEach(node -> keyed.add(new Keyed(node, keys(topology, node))));
        keyed.sort(Comparator.comparing(Keyed::keys, Cluster::compareKeys));

        var sorted = new Node[keyed.size()];
        var keys = new ArrayList<List<String>>(keyed.size());
        var positions = new TreeMap<String, Integer>();
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = keyed.get(i).node();
            keys.add(keyed.get(i).keys());
            positions.put(sorted[i].name(), i);
        }
        var domainsByDepth = new ArrayList<List<Domain>>();
        topology.levels().forEach(level -> domainsByDepth.add(new ArrayList<>()));
        var root = new Domain(
                -1,
                "",
                true,
                0,
                sorted.length,
                children(topology, sorted, keys, "", 0, 0, sorted.length, domainsByDepth));
        return new Cluster(
                topology,
                NodeBlock.of(sorted),
                sorted.length,
                0,
                positions,
                domainsByDepth,
                root,
                Fabric.of(topology, sorted, domainsByDepth));
    }

    public Topology topology() {
        return topology;
    }

    Stream<Node> nodes(Domain domain) {
        return nodes().subList(domain.from(), domain.to()).stream();
    }

    /** All nodes, domain by domain, so that neighbours in this list are near each other in the network. */
    public List<Node> nodes() {
        return new AbstractList<>() {
            @Override
            public Node get(int position) {
                return at(position);
            }

            @Override
            public int size() {
                return size;
            }
        };
    }

    public Optional<Node> node(String name) {
        var position = position(name);
        return position.isPresent() ? Optional.of(at(position.getAsInt())) : Optional.empty();
    }

    /** Number of domains of a level that nodes name; 0 for an unknown level. */
    public long domainCount(String level) {
        int depth = topology.depth(level);
        return depth < 0
                ? 0
                : domainsByDepth.get(depth).stream().filter(Domain::labelled).count();
    }

    /**
     * The same tree with other contents of a few nodes, which must be in the domains they were in. Costs what changed, not what
     * there is.
     */
    Cluster with(SortedMap<Integer, Node> changed) {
        var copies = blocks.clone();
        changed.forEach((position, node) -> copies[position / NodeBlock.SIZE] =
                copies[position / NodeBlock.SIZE].with(position % NodeBlock.SIZE, node));
        return new Cluster(topology, copies, size, version + 1, positions, domainsByDepth, root, fabric);
    }

    /** Grows with each change of what is free, from 0 when the tree was last built. */
    public long version() {
        return version;
    }

    OptionalInt position(String name) {
        var position = positions.get(name);
        return position == null ? OptionalInt.empty() : OptionalInt.of(position);
    }

    Node at(int position) {
        return blocks[position / NodeBlock.SIZE].at(position % NodeBlock.SIZE);
    }

    int size() {
        return size;
    }

    /** Members of a kind that each node has room for; none where it is closed. */
    int[] room(Resources each) {
        var room = new int[size];
        for (int i = 0; i < blocks.length; i++) {
            var part = blocks[i].room(each);
            System.arraycopy(part, 0, room, i * NodeBlock.SIZE, part.length);
        }
        return room;
    }

    /** The links of the network. */
    Fabric fabric() {
        return fabric;
    }

    Domain root() {
        return root;
    }

    List<Domain> domains(int depth) {
        return domainsByDepth.get(depth);
    }

    /** The domain of a level that a node lies in. */
    Domain around(int position, int depth) {
        return domains(depth).get(fabric.domainOf()[depth][position]);
    }

    /** How many levels up two nodes meet: 0 for one node with itself. */
    int distance(int position, int other) {
        var domain = root;
        while (!domain.isNode() && domain.childWith(position).contains(other)) {
            domain = domain.childWith(position);
        }
        return topology.hostDepth() - domain.depth();
    }

    /**
     * The domain keys of a node, outermost first. A missing name is stood in for by the next inner key, so that the tree stays
     * nested and strangers are never taken for neighbours.
     */
    private static List<String> keys(Topology topology, Node node) {
        var keys = new String[topology.levels().size()];
        keys[keys.length - 1] = "=" + node.name();
        for (int depth = keys.length - 2; depth >= 0; depth--) {
            var name = node.domains().get(topology.levels().get(depth));
            keys[depth] = name == null || name.isBlank() ? "?" + keys[depth + 1] : "=" + name;
        }
        return List.of(keys);
    }

    private static int compareKeys(List<String> a, List<String> b) {
        for (int depth = 0; depth < a.size(); depth++) {
            int order = a.get(depth).compareTo(b.get(depth));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    private static List<Domain> children(
            Topology topology,
            Node[] nodes,
            List<List<String>> keys,
            String parentPath,
            int depth,
            int from,
            int to,
            List<List<Domain>> domainsByDepth) {
        if (depth > topology.hostDepth()) {
            return List.of();
        }
        var children = new ArrayList<Domain>();
        for (int start = from, end; start < to; start = end) {
            var key = keys.get(start).get(depth);
            for (end = start + 1; end < to && keys.get(end).get(depth).equals(key); end++) {}
            boolean labelled = key.startsWith("=");
            var name = labelled ? key.substring(1) : "?";
            var path = parentPath.isEmpty() ? name : parentPath + "/" + name;
            var child = new Domain(
                    depth,
                    path,
                    labelled,
                    start,
                    end,
                    children(topology, nodes, keys, path, depth + 1, start, end, domainsByDepth));
            domainsByDepth.get(depth).add(child);
            children.add(child);
        }
        return List.copyOf(children);
    }
}
