package dev.plinth.controller.planning;

import dev.plinth.planner.PlanRequest;
import dev.plinth.planner.Planning;
import dev.plinth.planner.WorkerCounts;
import dev.plinth.planner.hardware.Accelerator;
import dev.plinth.planner.hardware.CapacityProfile;
import dev.plinth.planner.layout.Training;
import java.util.Collection;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** A question where its answer is to be carried out: on the nodes that have the accelerator, or may have it. */
final class OnSite {
    /**
     * Most layouts that are predicted one by one, in half a second at most. For a model of 405 billion parameters on 16,384
     * accelerators they are all that no bound rules out; where they are not, the least split come first.
     */
    private static final int EVALUATIONS = 60_000;

    /** Of numbers of workers that are not those asked for: an outlook need not be the best of all. */
    private static final int EVALUATIONS_OF_OTHERS = 4_000;

    private final Question question;
    private final Training training;
    private final Accelerator accelerator;
    private final Site site;
    private final Supply supply;
    private final int perWorker;

    OnSite(Question question, Accelerator accelerator, Site site) {
        this.question = question;
        this.training = question.training();
        this.accelerator = accelerator;
        this.site = alike(accelerator, site);
        this.perWorker = question.workers().accelerators();
        this.supply = new Supply(this.site, accelerator, perWorker);
    }

    private static Site alike(Accelerator accelerator, Site site) {
        var labels = site.catalogue()
                .labels(
                        accelerator.name(),
                        site.hosts().stream()
                                .flatMap(host -> host.product().stream())
                                .toList());
        return site.with(site.hosts().stream()
                .filter(host -> host.product().map(labels::contains).orElse(true))
                .toList());
    }

    Accelerator accelerator() {
        return accelerator;
    }

    /** The question for the planner. */
    PlanRequest request() {
        return request(question.spec().workers().count());
    }

    private PlanRequest request(int workers) {
        var needed = (int) Math.min((long) workers * perWorker, PlanRequest.MAX_ACCELERATORS + 1L);
        return PlanRequest.of(training, accelerator, needed)
                .with(supply.of(needed))
                .with(question.wishes())
                .within(EVALUATIONS);
    }

    /** The same for workers that have their nodes and stay there; empty if they have not, or nothing is known of one. */
    Optional<PlanRequest> seated() {
        return site.seats().flatMap(seats -> place(seats.values())).map(request()::with);
    }

    /** The accelerators of the nodes that the workers would get; empty if they would not get any now. */
    Optional<CapacityProfile> place(Planning.Plan plan) {
        var workers = question.spec().workers().count();
        var groups = Groups.of(plan.layout(), plan.traffic());
        var mesh = GangMesh.of(groups, plan.layout().accelerators(), workers);
        var wanted = Optional.of(accelerator.name()).filter(name -> !name.equals(Question.CPU));
        return site.placer().nodes(mesh, wanted).flatMap(nodes -> place(nodes.values()));
    }

    private Optional<CapacityProfile> place(Collection<String> nodes) {
        var known = site.hosts().stream().map(Host::name).collect(Collectors.toSet());
        return known.containsAll(nodes) ? Optional.of(supply.taken(nodes)) : Optional.empty();
    }

    /** Plans for the nearest other numbers of workers. */
    SortedMap<Integer, Planning.Plan> otherCounts() {
        var workers = question.spec().workers().count();
        var most = Math.min(
                supply.most().map(accelerators -> accelerators / perWorker).orElse(2 * workers),
                PlanRequest.MAX_ACCELERATORS / perWorker);
        return WorkerCounts.around(number -> request(number).within(EVALUATIONS_OF_OTHERS), workers, most);
    }
}
