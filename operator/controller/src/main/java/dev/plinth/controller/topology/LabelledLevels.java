package dev.plinth.controller.topology;

import dev.plinth.api.v1alpha1.ClusterTopologySpec.Level;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Reads the levels of a network off the labels of its nodes. */
final class LabelledLevels {
    private LabelledLevels() {}

    /**
     * The zone, the levels of the one fabric that most nodes are labelled for, and NVLink; each if any node carries its
     * label. Empty if no known label is there. The order of the nodes does not matter.
     */
    static List<Level> of(Collection<Map<String, String>> labels) {
        var levels = new ArrayList<Level>();
        carried(List.of(KnownLabels.ZONE), labels).forEach(levels::add);
        most(KnownLabels.FABRICS, labels).forEach(levels::add);
        most(KnownLabels.NVLINK.stream().map(List::of).toList(), labels).forEach(levels::add);
        return List.copyOf(levels);
    }

    private static List<Level> most(List<List<Level>> sources, Collection<Map<String, String>> labels) {
        var best = List.<Level>of();
        long nodes = 0;
        for (var source : sources) {
            long labelled =
                    labels.stream().filter(node -> carriesAny(node, source)).count();
            if (labelled > nodes) {
                nodes = labelled;
                best = source;
            }
        }
        return carried(best, labels);
    }

    private static List<Level> carried(List<Level> levels, Collection<Map<String, String>> labels) {
        return levels.stream()
                .filter(level -> labels.stream().anyMatch(node -> carries(node, level)))
                .toList();
    }

    private static boolean carriesAny(Map<String, String> node, List<Level> levels) {
        return levels.stream().anyMatch(level -> carries(node, level));
    }

    private static boolean carries(Map<String, String> node, Level level) {
        return !node.getOrDefault(level.nodeLabel(), "").isEmpty();
    }
}
