package dev.plinth.controller.planning;

import dev.plinth.api.v1alpha1.Plan;
import dev.plinth.api.v1alpha1.Plan.Dimension;
import dev.plinth.api.v1alpha1.Plan.Group;
import dev.plinth.planner.Traffic;
import dev.plinth.planner.layout.Layout;
import java.util.ArrayList;
import java.util.List;

/**
 * The mesh that a layout makes of the ranks, and what each dimension of it carries.
 *
 * <p>The planner counts bytes that a member of a group sends; a mesh has dimensions that multiply to the number of ranks. Two groups
 * lie across the others: gradients are reduced over context and data ranks together, which is a ring in each with what the inner ones
 * have left of the buffer; and experts are shared by neighbours of every kind, so that those beyond tensor and context ranks become a
 * dimension of their own, cut out of the data ranks.
 */
final class Groups {
    private final Layout layout;
    private final List<Traffic> traffic;
    private final List<Group> found = new ArrayList<>();

    private Groups(Layout layout, List<Traffic> traffic) {
        this.layout = layout;
        this.traffic = traffic;
    }

    /** Fastest first; dimensions of one rank are left out. */
    static List<Group> of(Layout layout, List<Traffic> traffic) {
        return new Groups(layout, traffic).groups();
    }

    private List<Group> groups() {
        var expert = expertsBeyond();
        var inner = layout.tensor() * layout.context();
        var gradients = buffer(Traffic.Kind.DATA);
        ring(Dimension.Tensor, layout.tensor(), buffer(Traffic.Kind.TENSOR));
        ring(Dimension.Context, layout.context(), buffer(Traffic.Kind.CONTEXT) + gradients);
        gradients /= layout.context();
        var away = (layout.expert() - (double) inner) / Math.max(1, layout.expert() - 1);
        add(
                Dimension.Expert,
                expert,
                Plan.Traffic.AllToAll,
                sent(Traffic.Kind.EXPERT) * away + gradients * ring(expert));
        ring(Dimension.Data, layout.data() / expert, gradients / expert);
        add(Dimension.Pipeline, layout.pipeline(), Plan.Traffic.PointToPoint, sent(Traffic.Kind.PIPELINE) / 2);
        return List.copyOf(found);
    }

    /** How many data ranks share experts; 1 if they are shared by tensor and context ranks only, or not along a dimension. */
    private int expertsBeyond() {
        var inner = layout.tensor() * layout.context();
        var beyond = layout.expert() / inner;
        return layout.expert() % inner == 0 && layout.data() % beyond == 0 ? beyond : 1;
    }

    private void ring(Dimension dimension, int degree, double bytes) {
        add(dimension, degree, Plan.Traffic.Ring, bytes);
    }

    private void add(Dimension dimension, int degree, Plan.Traffic kind, double bytes) {
        if (degree > 1) {
            found.add(new Group(dimension, degree, kind, Math.round(bytes)));
        }
    }

    private double sent(Traffic.Kind kind) {
        return traffic.stream()
                .filter(group -> group.kind() == kind)
                .mapToDouble(Traffic::bytesPerStep)
                .findFirst()
                .orElse(0);
    }

    /** The buffer that is reduced, of what each member of the ring sends. */
    private double buffer(Traffic.Kind kind) {
        return traffic.stream()
                .filter(group -> group.kind() == kind)
                .mapToDouble(group -> group.bytesPerStep() / ring(group.members()))
                .findFirst()
                .orElse(0);
    }

    /** Bytes that each of so many sends around a ring for each byte that is reduced. */
    private static double ring(int members) {
        return 2 * (members - 1.0) / members;
    }
}
