package dev.plinth.controller.topology;

import dev.plinth.api.v1alpha1.ClusterTopology;
import dev.plinth.api.v1alpha1.ClusterTopologyStatus;
import dev.plinth.controller.kubernetes.Conditions;
import dev.plinth.controller.kubernetes.Conditions.Chain;
import dev.plinth.controller.kubernetes.Conditions.Verdict;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Judges whether the labels of the nodes make the topology that its object promises. */
final class TopologyConditions {

    private static final int NAMES_SHOWN = 5;

    /**
     * What is judged.
     *
     * @param inForce name of the topology that counts, where there are several
     */
    record Judged(ClusterTopology topology, TopologyCensus census, String inForce) {}

    private static final Conditions<Judged> CONDITIONS = Conditions.of(
            Chain.of(
                    "Valid",
                    judged -> Verdict.yes("AllNodesLabelled", "All nodes carry the labels of all levels."),
                    TopologyConditions::notInForce,
                    TopologyConditions::nothingLabelled,
                    TopologyConditions::torn,
                    TopologyConditions::partlyLabelled),
            Chain.of(
                    "Discovered",
                    judged -> Verdict.no("Written", "Somebody wrote the levels; the operator leaves them alone."),
                    TopologyConditions::discovered));

    private TopologyConditions() {}

    static ClusterTopologyStatus judge(Judged judged, Instant now) {
        var generation = judged.topology().getMetadata().getGeneration();
        var before = judged.topology()
                .reported()
                .map(ClusterTopologyStatus::conditions)
                .orElse(List.of());
        return new ClusterTopologyStatus(
                generation,
                CONDITIONS.judge(judged, generation, before, now),
                judged.census().labelled(),
                judged.census().domains());
    }

    private static Optional<Verdict> discovered(Judged judged) {
        return TopologyDiscovery.isDiscovered(judged.topology())
                ? Optional.of(
                        Verdict.yes(
                                "FoundInLabels",
                                "The levels are those of labels that nodes commonly carry, and follow them; change spec and it stays as you write it."))
                : Optional.empty();
    }

    private static Optional<Verdict> notInForce(Judged judged) {
        return judged.inForce().equals(judged.topology().getMetadata().getName())
                ? Optional.empty()
                : Optional.of(Verdict.no(
                        "NotInForce",
                        "ClusterTopology %s counts, because only the first by name does; delete one of them."
                                .formatted(judged.inForce())));
    }

    private static Optional<Verdict> nothingLabelled(Judged judged) {
        return judged.census().labelled() > 0
                ? Optional.empty()
                : Optional.of(Verdict.no(
                        "NoNodeLabelled",
                        "No node carries all of the labels %s; label the nodes or correct spec.levels."
                                .formatted(judged.topology().getSpec().levels().stream()
                                        .map(level -> level.nodeLabel())
                                        .collect(Collectors.joining(", ")))));
    }

    private static Optional<Verdict> torn(Judged judged) {
        return judged.census()
                .torn()
                .map(
                        what -> Verdict.no(
                                "DomainInSeveral",
                                what
                                        + "; each of these counts as a domain of its own. Give each domain a name that is unique in the cluster."));
    }

    private static Optional<Verdict> partlyLabelled(Judged judged) {
        var names = judged.census().unlabelled();
        if (names.isEmpty()) {
            return Optional.empty();
        }
        var shown = names.stream().limit(NAMES_SHOWN).collect(Collectors.joining(", "));
        var more = names.size() > NAMES_SHOWN ? " and %d more".formatted(names.size() - NAMES_SHOWN) : "";
        return Optional.of(Verdict.yes(
                "SomeNodesUnlabelled",
                "%d nodes lack a label and are used only by gangs without topology wishes: %s%s."
                        .formatted(names.size(), shown, more)));
    }
}
