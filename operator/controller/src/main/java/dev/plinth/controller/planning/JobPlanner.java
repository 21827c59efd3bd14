package dev.plinth.controller.planning;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.GangSpec;
import dev.plinth.api.v1alpha1.Plan;
import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.api.v1alpha1.TrainingJobStatus;
import dev.plinth.controller.planning.JobPlan.Made;
import dev.plinth.controller.planning.JobPlan.NotAsked;
import dev.plinth.controller.planning.JobPlan.Refused;
import dev.plinth.planner.PlanAndPlace;
import dev.plinth.planner.Planner;
import dev.plinth.planner.Planning;
import dev.plinth.planner.Planning.Complaint;
import dev.plinth.planner.Planning.Illegal;
import dev.plinth.planner.Planning.Infeasible;
import dev.plinth.planner.Planning.Suggestion;
import dev.plinth.planner.hardware.Fabric;
import dev.plinth.planner.hardware.UnknownAcceleratorException;
import dev.plinth.planner.model.UnknownModelException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Decides how the model of a job is split: once for each question, and again if workers find another place than it counted on. */
public final class JobPlanner {
    /** Parts of a request that are no degree of it. */
    private static final Set<String> ABILITIES =
            Set.of("precision", "recompute", "zero", "offload", "schedule", "sequence");

    private final KnownRefusals refusals = new KnownRefusals();

    /**
     * The plan of a job: the one its gang runs by if it still asks the same, else the one that was told before, else a new one. What
     * a gang runs by lies in its spec; the status only spares a search.
     *
     * @param site where it may run, looked at only for a new plan, and while workers start, for one that suits their place
     */
    public JobPlan plan(TrainingJob job, Optional<Gang> ownGang, Instant now, Supplier<Site> site) {
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
                .map(plan -> Start.isUnderWay(job, ownGang, now) ? seated(question, plan, site.get()) : plan)
                .<JobPlan>map(Made::new)
                .orElseGet(() -> decide(question, site.get(), job.reported()));
    }

    /** The plan for the place that the workers have got, if that is not what was counted on. */
    private static Plan seated(Question question, Plan plan, Site site) {
        var there = question.on(site, plan).flatMap(OnSite::seated);
        return there.filter(request -> !blocks(request.capacity().forJob(plan.accelerators()), plan.accelerators())
                        .equals(plan.blocks()))
                .map(request -> shown(
                        question,
                        plan.accelerator(),
                        PlanAndPlace.seated(request, Layouts.read(plan.layout())),
                        plan.otherCounts(),
                        Correction.of(plan)))
                .orElse(plan);
    }

    private JobPlan decide(Question question, Site site, Optional<TrainingJobStatus> before) {
        if (question.leavesAcceleratorsIdle()) {
            return new Refused(
                    Refused.BAD_WORKERS,
                    "A worker has %1$d accelerators and %2$d processes, and torchrun runs one process on each: create the job again with spec.workers.processesPerWorker %1$d."
                            .formatted(
                                    question.workers().accelerators(),
                                    question.spec().workers().processesPerWorker()));
        }
        try {
            var onSite = question.on(site);
            return refusals.of(question, onSite.accelerator(), () -> search(question, onSite, before));
        } catch (UnknownModelException unknown) {
            return new Refused(
                    Refused.BAD_SHAPE,
                    "spec.parallelism.model cannot be read: %s. Correct it.".formatted(unknown.getMessage()));
        } catch (UnknownAcceleratorException unknown) {
            return new Refused(Refused.UNKNOWN_ACCELERATOR, Objects.requireNonNull(unknown.getMessage()));
        }
    }

    private static JobPlan search(Question question, OnSite onSite, Optional<TrainingJobStatus> before) {
        // Workers that run are started again where they are.
        var planning = onSite.seated()
                .map(Planner::plan)
                .orElseGet(() -> PlanAndPlace.decide(onSite.request(), onSite::place));
        return answer(question, onSite, planning, before);
    }

    private static JobPlan answer(
            Question question, OnSite onSite, Planning planning, Optional<TrainingJobStatus> before) {
        return switch (planning) {
            case Planning.Plan plan -> {
                var accelerator = onSite.accelerator().name();
                var correction = Correction.measured(before, accelerator);
                var others = onSite.otherCounts().entrySet().stream()
                        .map(other -> new Plan.OtherCount(
                                other.getKey(),
                                other.getValue().layout().toString(),
                                correction.seconds(other.getValue().time().seconds())))
                        .toList();
                yield new Made(shown(question, accelerator, plan, others, correction));
            }
            case Infeasible(String message, List<Suggestion> nearest) ->
                new Refused(
                        Refused.DOES_NOT_FIT,
                        message + ". " + nearest(nearest, question.workers().accelerators()));
            case Illegal(List<Complaint> complaints) ->
                new Refused(
                        complaints.stream().map(Complaint::field).allMatch(ABILITIES::contains)
                                ? Refused.NOT_SUPPORTED
                                : Refused.NOT_DIVISIBLE,
                        complaints.stream().map(Complaint::message).collect(Collectors.joining("; "))
                                + ". Correct spec.parallelism.");
        };
    }

    private static String nearest(List<Suggestion> nearest, int perWorker) {
        return nearest.isEmpty()
                ? "Nothing near it fits: use more accelerators, shorter sequences or a smaller model."
                : nearest.stream()
                        .map(suggestion -> "%s (%s; %s s a step)"
                                .formatted(
                                        InFields.text(suggestion.change(), perWorker),
                                        suggestion.plan().layout(),
                                        Decimal.text(suggestion.plan().time().seconds())))
                        .collect(Collectors.joining("; ", "What fits: ", "."));
    }

    private static Plan shown(
            Question question,
            String accelerator,
            Planning.Plan plan,
            List<Plan.OtherCount> otherCounts,
            Correction correction) {
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
                correction.step(plan),
                Groups.of(plan.layout(), plan.traffic()),
                blocks(plan.fabric(), plan.layout().accelerators()),
                plan.reasons(),
                plan.alternatives().stream()
                        .map(other -> new Plan.Alternative(
                                other.layout().toString(),
                                correction.seconds(other.time().seconds())))
                        .toList(),
                otherCounts);
    }

    static List<Plan.Block> blocks(Fabric fabric, int accelerators) {
        return fabric.tiers().stream()
                .filter(tier -> tier.accelerators() < Fabric.EVERYTHING)
                .map(tier -> new Plan.Block(tier.name(), Math.min(tier.accelerators(), accelerators)))
                .toList();
    }
}
