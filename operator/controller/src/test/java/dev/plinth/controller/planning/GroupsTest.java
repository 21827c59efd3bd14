package dev.plinth.controller.planning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.api.v1alpha1.Plan;
import dev.plinth.api.v1alpha1.Plan.Dimension;
import dev.plinth.api.v1alpha1.Plan.Group;
import dev.plinth.planner.Traffic;
import dev.plinth.planner.layout.Layout;
import java.util.List;
import org.junit.jupiter.api.Test;

class GroupsTest {

    @Test
    void a_ring_carries_the_buffer_that_is_reduced_and_stages_pass_half_of_what_they_send_each_way() {
        var groups = Groups.of(
                Layout.of(4, 2, 2, 1),
                List.of(
                        new Traffic(Traffic.Kind.TENSOR, 4, 1, 1500),
                        new Traffic(Traffic.Kind.DATA, 2, 4, 700),
                        new Traffic(Traffic.Kind.PIPELINE, 2, 8, 60)));

        assertThat(groups)
                .containsExactly(
                        new Group(Dimension.Tensor, 4, Plan.Traffic.Ring, 1000),
                        new Group(Dimension.Data, 2, Plan.Traffic.Ring, 700),
                        new Group(Dimension.Pipeline, 2, Plan.Traffic.PointToPoint, 30));
    }

    @Test
    void gradients_are_reduced_over_context_ranks_first_and_data_ranks_reduce_what_each_of_those_has_left() {
        var groups = Groups.of(
                Layout.of(1, 4, 1, 1).withContext(2),
                List.of(new Traffic(Traffic.Kind.CONTEXT, 2, 1, 50), new Traffic(Traffic.Kind.DATA, 8, 1, 1400)));

        assertThat(groups)
                .containsExactly(
                        new Group(Dimension.Context, 2, Plan.Traffic.Ring, 850),
                        new Group(Dimension.Data, 4, Plan.Traffic.Ring, 400));
    }

    @Test
    void experts_beyond_the_tensor_ranks_are_a_dimension_of_their_own() {
        var groups = Groups.of(
                Layout.of(2, 8, 1, 1).withExpert(8),
                List.of(
                        new Traffic(Traffic.Kind.TENSOR, 2, 1, 100),
                        new Traffic(Traffic.Kind.EXPERT, 8, 1, 700),
                        new Traffic(Traffic.Kind.DATA, 8, 2, 1750)));

        assertThat(groups)
                .containsExactly(
                        new Group(Dimension.Tensor, 2, Plan.Traffic.Ring, 100),
                        new Group(Dimension.Expert, 4, Plan.Traffic.AllToAll, 600 + 1500),
                        new Group(Dimension.Data, 2, Plan.Traffic.Ring, 250));
    }

    @Test
    void experts_that_tensor_ranks_share_stay_with_those() {
        var groups =
                Groups.of(Layout.of(4, 4, 1, 1).withExpert(2), List.of(new Traffic(Traffic.Kind.EXPERT, 2, 1, 700)));

        assertThat(groups).extracting(Group::dimension).containsExactly(Dimension.Tensor, Dimension.Data);
    }
}
