package dev.plinth.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What takes the room in a domain, by name: closed nodes, holders, resources that are short or free only in pieces. */
record Blockers(GangRequest request, Cluster cluster, Rooms rooms, Domain scope) {
    private static final int NAMED = 5;

    List<String> text() {
        var scarcity = Scarcity.of(request, cluster, scope);
        var blockers = new ArrayList<String>();
        blockers.addAll(closedNodes());
        blockers.addAll(unlabelledNodes());
        blockers.addAll(holders(scarcity));
        blockers.addAll(pieces(scarcity));
        return blockers;
    }

    /** Nodes that would have room if they were open, by reason. */
    private List<String> closedNodes() {
        var byReason = new TreeMap<String, List<String>>();
        for (int i = scope.from(); i < scope.to(); i++) {
            var node = cluster.at(i);
            if (Rooms.ifOpen(node, request) > 0) {
                Rooms.barrier(node, request)
                        .ifPresent(why -> byReason.computeIfAbsent(why, reason -> new ArrayList<>())
                                .add(node.name()));
            }
        }
        return byReason.entrySet().stream()
                .map(reason -> reason.getKey() + ": " + names(reason.getValue()))
                .toList();
    }

    private List<String> unlabelledNodes() {
        if (request.requiredLevel().isEmpty()) {
            return List.of();
        }
        var level = request.requiredLevel().get();
        var unlabelled = cluster.domains(cluster.topology().depth(level)).stream()
                .filter(domain -> !domain.labelled() && rooms.in(domain) > 0)
                .flatMap(cluster::nodes)
                .map(Node::name)
                .toList();
        return unlabelled.isEmpty() ? List.of() : List.of("no " + level + " known: " + names(unlabelled));
    }

    /** Who holds what the members need, on open nodes that could take one, most first. */
    private List<String> holders(Scarcity scarcity) {
        SortedMap<String, Resources> byOwner = new TreeMap<>();
        for (int i = scope.from(); i < scope.to(); i++) {
            var node = cluster.at(i);
            if (Rooms.barrier(node, request).isEmpty() && node.whole().covers(request.perMember())) {
                node.holders().forEach((owner, held) -> byOwner.merge(owner, wanted(held, scarcity), Resources::plus));
            }
        }
        var sorted = byOwner.entrySet().stream()
                .filter(holder -> !holder.getValue().amounts().isEmpty())
                .sorted(Map.Entry.comparingByValue((a, b) -> Double.compare(share(b), share(a))))
                .toList();
        var texts = sorted.stream()
                .limit(NAMED)
                .map(holder -> holder.getKey() + " holds " + holder.getValue())
                .collect(Collectors.toCollection(ArrayList::new));
        if (sorted.size() > NAMED) {
            int others = sorted.size() - NAMED;
            texts.add(others == 1 ? "1 other holds less" : others + " others hold less");
        }
        return texts;
    }

    /** The part of {@code held} that counts: of the resources that are scarce here. */
    private static Resources wanted(Resources held, Scarcity scarcity) {
        var wanted = new TreeMap<>(held.amounts());
        wanted.keySet().retainAll(scarcity.resources());
        wanted.values().removeIf(amount -> amount <= 0);
        return new Resources(wanted);
    }

    private double share(Resources held) {
        return held.amounts().entrySet().stream()
                .mapToDouble(amount -> (double) amount.getValue()
                        / Math.max(1, request.perMember().amount(amount.getKey())))
                .max()
                .orElse(0);
    }

    /** What is free, but on no node enough for a member. */
    private List<String> pieces(Scarcity scarcity) {
        return scarcity.pieces().entrySet().stream()
                .map(piece -> Resources.of(piece.getKey(), piece.getValue()) + " free in pieces too small for a member")
                .toList();
    }

    private static String names(List<String> nodes) {
        var named = nodes.stream().limit(NAMED).collect(Collectors.joining(", "));
        return nodes.size() <= NAMED ? named : named + " and " + (nodes.size() - NAMED) + " more";
    }
}
