package dev.plinth.controller.planning;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.GangSpec;
import dev.plinth.api.v1alpha1.Plan;
import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.api.v1alpha1.TrainingJobStatus;
import dev.plinth.controller.kubernetes.Conditions;
import dev.plinth.controller.planning.JobPlan.Made;
import dev.plinth.controller.planning.JobPlan.NotAsked;
import dev.plinth.controller.planning.JobPlan.Refused;
import dev.plinth.planner.Planner;
import dev.plinth.planner.Planning;
import dev.plinth.planner.Planning.Complaint;
import dev.plinth.planner.Planning.Illegal;
import dev.plinth.planner.Planning.Infeasible;
import dev.plinth.planner.Planning.Suggestion;
import dev.plinth.planner.hardware.UnknownAcceleratorException;
import dev.plinth.planner.model.UnknownModelException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Decides how the model of a job is split, once for each question. */
public final class JobPlanner {
    /** Parts of a request that are no degree of it. */
    private static final Set<String> ABILITIES = Set.of("precision", "recompute", "zero", "offload", "schedule");

    private JobPlanner() {}

    /**
     * The plan of a job: the one its gang runs by if it still asks the same, else the one or the refusal that was told before, else
     * a new one. What a gang runs by lies in its spec; the status only spares a search.
     *
     * @param site where it may run, looked at only for a new plan
     */
    public static JobPlan plan(TrainingJob job, Optional<Gang> ownGang, Supplier<Site> site) {
        var asked = job.getSpec().parallelism();
        if (asked == null) {
            return new NotAsked();
        }
        var question = new Question(job.getMetadata().getName(), job.getSpec(), asked);
        var fingerprint = question.fingerprint();
        return Stream.of(
                        ownGang.map(Gang::getSpec).map(GangSpec::plan),
                        job.reported().map(TrainingJobStatus::plan))
                .flatMap(Optional::stream)
                .filter(plan -> plan.question().equals(fingerprint))
                .findFirst()
                .<JobPlan>map(Made::new)
                .or(() -> refusedBefore(job))
                .orElseGet(() -> decide(question, site.get()));
    }

    private static Optional<JobPlan> refusedBefore(TrainingJob job) {
        return job.reported()
                .flatMap(status -> Conditions.find(status.conditions(), "Planned"))
                .filter(told -> "False".equals(told.getStatus()) && Refused.isFinal(told.getReason()))
                .filter(told -> job.getMetadata().getGeneration().equals(told.getObservedGeneration()))
                .map(told -> new Refused(told.getReason(), told.getMessage()));
    }

    static JobPlan decide(Question question, Site site) {
        if (question.leavesAcceleratorsIdle()) {
            return new Refused(
                    Refused.BAD_WORKERS,
                    "A worker has %1$d accelerators and %2$d processes, and torchrun runs one process on each: create the job again with spec.workers.processesPerWorker %1$d."
                            .formatted(
                                    question.workers().accelerators(),
                                    question.spec().workers().processesPerWorker()));
        }
        try {
            var request = question.request(site);
            return answer(question, request.accelerator().name(), Planner.plan(request));
        } catch (UnknownModelException unknown) {
            return new Refused(
                    Refused.BAD_SHAPE,
                    "spec.parallelism.model cannot be read: %s. Correct it.".formatted(unknown.getMessage()));
        } catch (UnknownAcceleratorException unknown) {
            return new Refused(
                    Refused.UNKNOWN_ACCELERATOR,
                    "%s. Set spec.parallelism.accelerator, or the labels or spec.workers.template.nodeSelector that leave one."
                            .formatted(unknown.getMessage()));
        }
    }

    private static JobPlan answer(Question question, String accelerator, Planning planning) {
        return switch (planning) {
            case Planning.Plan plan -> new Made(shown(question, accelerator, plan));
            case Infeasible(String message, List<Suggestion> nearest) ->
                new Refused(Refused.DOES_NOT_FIT, message + ". " + nearest(nearest));
            case Illegal(List<Complaint> complaints) ->
                new Refused(
                        complaints.stream().map(Complaint::field).allMatch(ABILITIES::contains)
                                ? Refused.NOT_SUPPORTED
                                : Refused.NOT_DIVISIBLE,
                        complaints.stream().map(Complaint::message).collect(Collectors.joining("; "))
                                + ". Correct spec.parallelism.");
        };
    }

    private static String nearest(List<Suggestion> nearest) {
        return nearest.isEmpty()
                ? "Nothing near it fits: use more accelerators, shorter sequences or a smaller model."
                : nearest.stream()
                        .map(suggestion -> "%s (%s; %s s a step)"
                                .formatted(
                                        suggestion.change(),
                                        Layouts.words(suggestion.plan().layout()),
                                        Decimal.text(suggestion.plan().time().seconds())))
                        .collect(Collectors.joining("; ", "What fits: ", "."));
    }

    private static Plan shown(Question question, String accelerator, Planning.Plan plan) {
        var peak = plan.peak();
        return new Plan(
                question.fingerprint(),
                accelerator,
                plan.layout().accelerators(),
                Layouts.shown(plan.layout(), question.asked().globalBatch()),
                question.asked().precision(),
                new Plan.Memory(
                        Math.round(peak.weights()),
                        Math.round(peak.gradients()),
                        Math.round(peak.optimizer()),
                        Math.round(peak.activations()),
                        Math.round(peak.workspace()),
                        Math.round(peak.logits()),
                        Math.round(peak.margin()),
                        Math.round(peak.runtime()),
                        Math.round(peak.total()),
                        plan.availableBytes()),
                new Plan.Step(
                        Decimal.text(plan.time().seconds()),
                        Decimal.text(plan.time().lowSeconds()),
                        Decimal.text(plan.time().highSeconds()),
                        Decimal.text(plan.modelFlopsUtilisation())),
                Groups.of(plan.layout(), plan.traffic()),
                plan.reasons(),
                plan.alternatives().stream()
                        .map(other -> new Plan.Alternative(
                                Layouts.words(other.layout()),
                                Decimal.text(other.time().seconds())))
                        .toList());
    }
}
