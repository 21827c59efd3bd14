package dev.plinth.placement;

import java.util.ArrayList;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** A gang and the cluster it asks for room in, as they would be after a {@link Change}. */
record Setting(GangRequest request, Cluster cluster) {
    static final String FIRST = "!";
    static final String LAST = "~";

    Setting with(Change change) {
        return switch (change) {
            case Change.Open open -> opened(open);
            case Change.End end -> in(Preemption.without(cluster, new TreeSet<>(end.owners())));
            case Change.Require require -> asking(request.requiring(require.level()));
            case Change.Prefer prefer -> asking(request.preferringOnly(prefer.level()));
            case Change.PreferAlong along -> asking(request.talking(preferring(along)));
            case Change.Share share ->
                asking(request.spreading(request.extras().spread().stream()
                        .filter(spread -> !spread.equals(new Spread(share.dimension(), share.level())))
                        .toArray(Spread[]::new)));
            case Change.SpareCount spares ->
                asking(request.sparing(
                        new Spares(spares.count(), request.extras().spares().near())));
            case Change.Resize resize -> asking(request.resized(resize.members()));
            case Change.NeedAtMost need ->
                asking(request.needing(request.perMember().atMost(need.most())));
            case Change.ReplaceAll all -> vacated();
            case Change.AddNodes added -> extended(added, FIRST);
        };
    }

    private Setting asking(GangRequest other) {
        return new Setting(other, cluster);
    }

    private Setting in(Cluster other) {
        return new Setting(request, other);
    }

    private Setting opened(Change.Open open) {
        var changed = new TreeMap<Integer, Node>();
        open.nodes()
                .keySet()
                .forEach(name -> cluster.position(name).ifPresent(position -> {
                    changed.put(position, cluster.at(position).opened());
                }));
        var avoid = new TreeMap<>(request.avoid());
        avoid.keySet().removeAll(open.nodes().keySet());
        return new Setting(request.avoiding(avoid), cluster.with(changed));
    }

    private Mesh preferring(Change.PreferAlong along) {
        UnaryOperator<Dimension> relaxed = dimension ->
                dimension.name().equals(along.dimension()) ? dimension.preferringOnly(along.level()) : dimension;
        var mesh = request.mesh();
        return new Mesh(
                mesh.ranksPerMember(), mesh.dimensions().stream().map(relaxed).toList(), mesh.elastic());
    }

    private Setting vacated() {
        var changed = new TreeMap<Integer, Node>();
        request.pinned()
                .values()
                .forEach(name -> cluster.position(name).ifPresent(position -> {
                    var node = changed.getOrDefault(position, cluster.at(position));
                    changed.put(position, node.freeing(node.free().plus(request.perMember())));
                }));
        return new Setting(request.pinning(new TreeMap<>()), cluster.with(changed));
    }

    /** @param prefix of their names, on the order of which it must not depend whether the gang fits */
    Setting extended(Change.AddNodes added, String prefix) {
        var nodes = new ArrayList<>(cluster.nodes());
        for (int i = 0, number = 0; i < added.count(); number++) {
            var name = prefix + number;
            if (cluster.position(name).isEmpty()) {
                nodes.add(new Node(name, added.domains(), added.each()));
                i++;
            }
        }
        return in(Cluster.of(cluster.topology(), nodes));
    }
}
