package dev.plinth.controller.planning;

import dev.plinth.api.v1alpha1.GangSpec;
import dev.plinth.api.v1alpha1.Plan;
import dev.plinth.placement.Dimension;
import dev.plinth.placement.Mesh;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the plan of a gang means for its placement. */
public final class GangMesh {
    private GangMesh() {}

    /** The mesh of the gang's plan; none without a plan, and none whose groups its members cut unevenly. */
    public static Mesh of(GangSpec spec) {
        var plan = spec.plan();
        return plan == null ? Mesh.NONE : of(plan.groups(), plan.accelerators(), spec.size());
    }

    /** What the members must compute on; absent without a plan, and on CPUs, which every node has. */
    public static Optional<String> accelerator(GangSpec spec) {
        return Optional.ofNullable(spec.plan())
                .map(Plan::accelerator)
                .filter(accelerator -> !accelerator.equals(Question.CPU));
    }

    static Mesh of(List<Plan.Group> groups, int accelerators, int members) {
        if (groups.isEmpty()) {
            return Mesh.NONE;
        }
        var most = groups.stream().mapToDouble(Plan.Group::bytesPerStep).max().orElse(0);
        // Only proportions decide, so more than placement can count is made less.
        var share = Math.min(1, Dimension.MOST_BYTES / Math.max(1, most));
        var mesh = new Mesh(
                accelerators / members,
                groups.stream().map(group -> dimension(group, share)).toList(),
                Optional.empty());
        return mesh.suits(members) ? mesh : Mesh.NONE;
    }

    private static Dimension dimension(Plan.Group group, double share) {
        var name = group.dimension().name().toLowerCase(Locale.ROOT);
        var bytes = group.bytesPerStep() * share;
        return switch (group.traffic()) {
            case Ring -> Dimension.ring(name, group.degree(), bytes);
            case AllToAll -> Dimension.allToAll(name, group.degree(), bytes);
            case PointToPoint -> Dimension.pointToPoint(name, group.degree(), bytes);
        };
    }
}
