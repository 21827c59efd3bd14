package dev.plinth.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.planner.Planning.Illegal;
import dev.plinth.planner.Planning.Infeasible;
import dev.plinth.planner.Planning.Plan;
import dev.plinth.planner.hardware.Catalogue;
import dev.plinth.planner.hardware.Precision;
import dev.plinth.planner.layout.Framework;
import dev.plinth.planner.layout.Offload;
import dev.plinth.planner.layout.Recompute;
import dev.plinth.planner.layout.Training;
import dev.plinth.planner.model.ModelShape;
import dev.plinth.planner.model.Models;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Whatever is asked, there is an answer. */
class AnyRequestTest {
    private static final List<Integer> NUMBERS =
            List.of(Integer.MIN_VALUE, -1, 0, 1, 2, 3, 4, 7, 8, 16, 24, 64, 1000, 65_536, 1_000_000, Integer.MAX_VALUE);
    private static final List<ModelShape> MODELS =
            List.of(Models.llama8b(), Models.mixtral(), Models.deepSeekV3(), ModelShape.gpt("odd", 3, 7, 5, 7, 64));

    @RepeatedTest(200)
    void a_request_ends_in_a_plan_of_all_accelerators_or_in_words(RepetitionInfo draw) {
        var random = new Random(draw.getCurrentRepetition());
        var training = new Training(
                any(random, MODELS),
                random.nextBoolean() ? 4096 : any(random, NUMBERS),
                random.nextBoolean() ? 512 : any(random, NUMBERS),
                any(random, List.of(Precision.values())),
                any(random, List.of(Framework.values())));
        var accelerator =
                any(random, List.copyOf(Catalogue.standard().accelerators().values()));
        int count = random.nextBoolean() ? 16 : any(random, NUMBERS);
        var request = PlanRequest.of(training, accelerator, count)
                .with(wishes(random))
                .within(200);

        switch (Planner.plan(request)) {
            case Plan plan -> {
                assertThat(plan.layout().accelerators()).isEqualTo(count);
                assertThat(plan.time().seconds()).isPositive().isFinite();
                assertThat(plan.peak().total()).isPositive().isLessThanOrEqualTo(accelerator.memoryBytes());
            }
            case Infeasible infeasible -> assertThat(infeasible.message()).isNotBlank();
            case Illegal illegal ->
                assertThat(illegal.complaints())
                        .isNotEmpty()
                        .allSatisfy(complaint -> assertThat(complaint.message()).isNotBlank());
        }
    }

    private static Wishes wishes(Random random) {
        var wishes = Wishes.none();
        wishes = seldom(random) ? wishes.withTensor(any(random, NUMBERS)) : wishes;
        wishes = seldom(random) ? wishes.withContext(any(random, NUMBERS)) : wishes;
        wishes = seldom(random) ? wishes.withPipeline(any(random, NUMBERS)) : wishes;
        wishes = seldom(random) ? wishes.withData(any(random, NUMBERS)) : wishes;
        wishes = seldom(random) ? wishes.withExpert(any(random, NUMBERS)) : wishes;
        wishes = seldom(random) ? wishes.withMicroBatch(any(random, NUMBERS)) : wishes;
        wishes = seldom(random) ? wishes.withZero(any(random, NUMBERS)) : wishes;
        wishes = seldom(random) ? wishes.with(any(random, List.of(Recompute.values()))) : wishes;
        return seldom(random) ? wishes.with(any(random, List.of(Offload.values()))) : wishes;
    }

    private static boolean seldom(Random random) {
        return random.nextInt(5) == 0;
    }

    private static <T> T any(Random random, List<T> some) {
        return some.get(random.nextInt(some.size()));
    }
}
