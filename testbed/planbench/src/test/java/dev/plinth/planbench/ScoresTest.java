package dev.plinth.planbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoresTest {
    @Test
    void the_error_regret_and_rank_of_a_perfect_prediction_are_perfect() {
        var rows = IterationTimes.read(Resources.table("a100-iteration-times.csv"));
        assertThat(rows).hasSize(73);
        assertThat(Scores.mape(rows, Measurement::seconds)).isZero();
        assertThat(Scores.regret(rows, Measurement::seconds, 1)).isZero();
        assertThat(Scores.rankCorrelation(rows, Measurement::seconds)).isCloseTo(1, within(1e-9));
        assertThat(Scores.rankCorrelation(rows, row -> -row.seconds())).isCloseTo(-1, within(1e-9));
    }

    @Test
    void a_fold_is_predicted_from_other_groups_only() {
        var rows = IterationTimes.read(Resources.table("a100-iteration-times.csv"));
        var predicted = CrossValidation.leavingOut(new ConstantMfu(), rows, Measurement::size);
        var one = rows.stream().filter(row -> row.size().equals("3.6B")).toList();
        var other = rows.stream().filter(row -> !row.size().equals("3.6B")).toList();
        var learned = new ConstantMfu().learn(other);
        assertThat(one)
                .allSatisfy(row -> assertThat(predicted.applyAsDouble(row)).isEqualTo(learned.applyAsDouble(row)));
    }

    /** The fit is part of the tree; constants that it would move are a mistake of whoever changed the model. */
    @Test
    void no_constant_of_a100_can_be_moved_for_the_better() {
        var rows = new ArrayList<>(IterationTimes.read(Resources.table("a100-iteration-times.csv")));
        Published.read().stream().filter(Published::showsTheModelsOfThen).forEach(rows::add);
        var shipped = Scores.logError(rows, row -> row.predict().seconds());
        for (var parameter : Plinth.AMPERE) {
            for (var factor : new double[] {0.95, 1.05}) {
                var moved = new Constants(List.of(parameter), new double[] {factor * Constants.shipped(parameter)});
                assertThat(Scores.logError(rows, moved::predict))
                        .as("%s x %s", parameter.name(), factor)
                        .isGreaterThan(shipped - 0.001);
            }
        }
    }
}
