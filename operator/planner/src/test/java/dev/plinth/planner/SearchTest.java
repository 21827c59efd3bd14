package dev.plinth.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.planner.Planning.Plan;
import dev.plinth.planner.hardware.Catalogue;
import dev.plinth.planner.hardware.Precision;
import dev.plinth.planner.layout.Framework;
import dev.plinth.planner.layout.Training;
import dev.plinth.planner.model.Attention;
import dev.plinth.planner.model.Experts;
import dev.plinth.planner.model.FeedForward;
import dev.plinth.planner.model.ModelShape;
import dev.plinth.planner.model.ModelShape.Norm;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** The search is judged by one without bounds, which predicts every legal layout. */
class SearchTest {
    @Property(tries = 200)
    void what_the_bounds_rule_out_is_never_among_the_best(@ForAll("smallRequests") PlanRequest request) {
        var pruned = new Search(request, true).run();
        var exhaustive = new Search(request, false).run();
        assertThat(pruned.found()).isEqualTo(exhaustive.found());
        assertThat(pruned.effort().legal()).isEqualTo(exhaustive.effort().evaluated());
    }

    @Provide
    Arbitrary<PlanRequest> smallRequests() {
        var models = Combinators.combine(
                        Arbitraries.of(1024, 4096, 8192),
                        Arbitraries.of(12, 14, 16, 30),
                        Arbitraries.of(8, 16, 32),
                        Arbitraries.of(0, 8, 16))
                .as(SearchTest::model);
        return Combinators.combine(
                        models,
                        Arbitraries.of(1024, 4096, 16_384),
                        Arbitraries.of(8, 48, 64, 256),
                        Arbitraries.of(1, 4, 8, 12, 16, 32, 64),
                        Arbitraries.of("A100-40", "H100", "GB200", "L40S"),
                        Arbitraries.of(Framework.values()))
                .as((model, sequence, batch, accelerators, name, framework) -> PlanRequest.of(
                        new Training(model, sequence, batch, Precision.BF16, framework),
                        Catalogue.standard().get(name),
                        accelerators));
    }

    private static ModelShape model(int hidden, int layers, int heads, int experts) {
        var inner = 4 * hidden;
        Optional<Experts> mixture = experts == 0
                ? Optional.empty()
                : Optional.of(
                        new Experts(experts, 2, new FeedForward(inner / 2, true, false), 0, false, false, layers / 6));
        return new ModelShape(
                "small",
                32_000,
                hidden,
                layers,
                Attention.GroupedQuery.of(heads, 8, hidden / heads),
                new FeedForward(inner, true, false),
                mixture,
                false,
                0,
                Norm.SCALE,
                false);
    }

    @Test
    void the_same_request_gives_the_same_plan() {
        assertThat(Planner.plan(Requests.llama70b(256))).isEqualTo(Planner.plan(Requests.llama70b(256)));
    }

    @Test
    void a_search_cut_short_says_so_and_still_gives_a_plan_that_fits() {
        var hurried = (Plan) Planner.plan(Requests.llama70b(256).within(200));
        var patient = (Plan) Planner.plan(Requests.llama70b(256));
        assertThat(hurried.effort().complete()).isFalse();
        assertThat(patient.effort().complete()).isTrue();
        assertThat(hurried.peak().total()).isLessThanOrEqualTo((double) hurried.availableBytes());
        assertThat(hurried.time().seconds())
                .isGreaterThanOrEqualTo(patient.time().seconds());
    }
}
