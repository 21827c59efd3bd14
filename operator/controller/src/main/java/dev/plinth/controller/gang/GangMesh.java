package dev.plinth.controller.gang;

import dev.plinth.api.v1alpha1.GangSpec;
import dev.plinth.api.v1alpha1.Plan;
import dev.plinth.placement.Dimension;
import dev.plinth.placement.Mesh;
import java.util.Locale;
import java.util.Optional;

/** Who exchanges how much with whom in a gang, as placement counts it. */
final class GangMesh {
    private GangMesh() {}

    /** The mesh of the gang's plan; none without a plan, and none whose groups its members cut unevenly. */
    static Mesh of(GangSpec spec) {
        var plan = spec.plan();
        if (plan == null || plan.groups().isEmpty()) {
            return Mesh.NONE;
        }
        var most = plan.groups().stream()
                .mapToDouble(Plan.Group::bytesPerStep)
                .max()
                .orElse(0);
        // Only proportions decide, so more than placement can count is made less.
        var share = Math.min(1, Dimension.MOST_BYTES / Math.max(1, most));
        var mesh = new Mesh(
                plan.accelerators() / spec.size(),
                plan.groups().stream().map(group -> dimension(group, share)).toList(),
                Optional.empty());
        return mesh.suits(spec.size()) ? mesh : Mesh.NONE;
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
