package dev.plinth.controller.planning;

import dev.plinth.api.v1alpha1.Plan;
import java.util.Optional;

/** What has become of the wish to have the model of a job split. */
public sealed interface JobPlan {
    /** The plan, if there is one. */
    default Optional<Plan> made() {
        return this instanceof Made(Plan plan) ? Optional.of(plan) : Optional.empty();
    }

    /** The job has no such wish. */
    record NotAsked() implements JobPlan {}

    /** The model is split like this. */
    record Made(Plan plan) implements JobPlan {}

    /**
     * There is no plan, and without one there is no gang.
     *
     * @param message what is wrong, and the nearest that is not
     */
    record Refused(String reason, String message) implements JobPlan {
        /** No layout leaves room; the message names plans that fit. */
        public static final String DOES_NOT_FIT = "DoesNotFit";

        /** A degree does not divide what it splits; the message has the nearest that does. */
        static final String NOT_DIVISIBLE = "NotDivisible";

        /** The accelerator or the trainer cannot do what is asked of it. */
        static final String NOT_SUPPORTED = "NotSupported";

        /** The model's config.json says nothing that the planner understands. */
        static final String BAD_SHAPE = "BadShape";

        /** As many processes in a worker as it has accelerators: the job says otherwise. */
        static final String BAD_WORKERS = "BadWorkers";

        /** Neither the job nor the nodes say which accelerator it is. */
        static final String UNKNOWN_ACCELERATOR = "UnknownAccelerator";
    }
}
