package dev.plinth.planner.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.plinth.planner.hardware.Accelerator;
import dev.plinth.planner.hardware.Catalogue;
import dev.plinth.planner.hardware.Fabric;
import dev.plinth.planner.hardware.Precision;
import dev.plinth.planner.model.ModelShape;
import dev.plinth.planner.model.Models;
import dev.plinth.planner.serve.ServingAnswer.ServingPlan;
import dev.plinth.planner.serve.ServingAnswer.Unservable;
import dev.plinth.planner.serve.ServingRequest.Load;
import dev.plinth.planner.serve.ServingRequest.Objective;
import org.junit.jupiter.api.Test;

class ServingPlannerTest {
    private static final double GIB = 1L << 30;
    private static final Accelerator H100 = Catalogue.standard().get("H100");

    private static ServingRequest request(ModelShape model, Precision weights, double rate, int most) {
        return new ServingRequest(
                model,
                H100,
                Fabric.of(H100),
                weights,
                Precision.BF16,
                new Load(rate, 1024, 256),
                new Objective(2, 0.05),
                most);
    }

    private static ServingPlan plan(ServingRequest request) {
        return (ServingPlan) ServingPlanner.plan(request);
    }

    @Test
    void eight_billion_parameters_are_served_by_one_accelerator() {
        var plan = plan(request(Models.llama8b(), Precision.BF16, 1, 8));
        assertThat(plan.perReplica()).isEqualTo(1);
        assertThat(plan.weightBytes() / GIB).isCloseTo(14.96, within(0.01));
        // 32 layers, 8 heads of 128, keys and values, two bytes: 128 KiB a token.
        assertThat(plan.cacheTokens()).isEqualTo((long) (plan.cacheBytes() / (128 * 1024)));
    }

    @Test
    void seventy_billion_need_several_and_fewer_in_four_bits() {
        var sixteen = plan(request(Models.llama70b(), Precision.BF16, 0.1, 8));
        var four = plan(request(Models.llama70b(), Precision.INT4, 0.1, 8));
        assertThat(sixteen.perReplica()).isGreaterThanOrEqualTo(2);
        assertThat(four.perReplica()).isEqualTo(1);
        assertThat(four.weightBytes() / GIB).isBetween(35.0, 40.0);
    }

    @Test
    void a_model_larger_than_a_node_spans_nodes() {
        var plan = plan(request(Models.deepSeekV3(), Precision.BF16, 0.1, 32));
        assertThat(plan.perReplica()).isGreaterThan(8);
        assertThat(plan.reasons()).contains("one replica spans scale-up domains of 8");
    }

    @Test
    void twice_the_load_takes_about_twice_the_replicas() {
        var one = plan(request(Models.llama8b(), Precision.BF16, 100, 1));
        var two = plan(request(Models.llama8b(), Precision.BF16, 200, 1));
        assertThat(two.replicas()).isBetween(2 * one.replicas() - 1, 2 * one.replicas());
        assertThat(one.replicas() * one.requestsPerSecond()).isGreaterThanOrEqualTo(100);
    }

    @Test
    void a_token_is_never_promised_later_than_wished() {
        var plan = plan(request(Models.llama70b(), Precision.BF16, 10, 8));
        assertThat(plan.perTokenSeconds()).isLessThanOrEqualTo(0.05);
        assertThat(plan.firstTokenSeconds()).isLessThanOrEqualTo(2);
    }

    @Test
    void what_cannot_be_held_is_answered_with_a_format_and_a_number_that_can() {
        var answer = (Unservable) ServingPlanner.plan(request(Models.llama70b(), Precision.BF16, 1, 1));
        assertThat(answer.message())
                .contains("takes 131.4 GiB; 1 H100 cannot hold it")
                .contains("it fits in FP8")
                .contains("it fits on 2");
    }

    @Test
    void an_objective_beyond_the_hardware_is_answered_with_what_it_can_do() {
        var strict = new ServingRequest(
                Models.llama70b(),
                H100,
                Fabric.of(H100),
                Precision.BF16,
                Precision.BF16,
                new Load(1, 1024, 256),
                new Objective(2, 0.001),
                8);
        assertThat(((Unservable) ServingPlanner.plan(strict)).message()).contains("wished are 2000 ms and 1.0 ms");
    }
}
