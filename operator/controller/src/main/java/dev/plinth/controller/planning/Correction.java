package dev.plinth.controller.planning;

import dev.plinth.api.v1alpha1.Plan;
import dev.plinth.api.v1alpha1.TrainingJobStatus;
import dev.plinth.api.v1alpha1.TrainingJobStatus.StepTime;
import dev.plinth.planner.Planning;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What measured steps say of predicted ones. It is the same for all layouts, so that it makes a prediction true and leaves the choice
 * as it is.
 *
 * @param factor measured seconds divided by predicted ones
 */
record Correction(double factor) {
    private static final Correction NONE = new Correction(1);

    /** What the job measured by its plan before this one; nothing on another accelerator. */
    static Correction measured(Optional<TrainingJobStatus> before, String accelerator) {
        return before.flatMap(status -> Optional.ofNullable(status.plan())
                        .filter(plan -> plan.accelerator().equals(accelerator))
                        .map(plan -> of(plan).times(status.stepTime())))
                .orElse(NONE);
    }

    /** The one that a plan was made with. */
    static Correction of(Plan plan) {
        var known = plan.step().correction();
        return known == null ? NONE : new Correction(Double.parseDouble(known));
    }

    private Correction times(@Nullable StepTime measured) {
        return measured == null ? this : new Correction(factor * Double.parseDouble(measured.correction()));
    }

    String seconds(double predicted) {
        return Decimal.text(predicted * factor);
    }

    Plan.Step step(Planning.Plan plan) {
        return new Plan.Step(
                seconds(plan.time().seconds()),
                seconds(plan.time().lowSeconds()),
                seconds(plan.time().highSeconds()),
                Decimal.text(plan.modelFlopsUtilisation() / factor),
                shown());
    }

    private @Nullable String shown() {
        return equals(NONE) ? null : Decimal.text(factor);
    }
}
