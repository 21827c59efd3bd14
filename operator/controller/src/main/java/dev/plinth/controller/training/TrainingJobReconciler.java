package dev.plinth.controller.training;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.Model;
import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.api.v1alpha1.TrainingJobStatus;
import dev.plinth.controller.Settings;
import dev.plinth.controller.cluster.ClusterState;
import dev.plinth.controller.cluster.GangKey;
import dev.plinth.controller.kubernetes.BrokenPass;
import dev.plinth.controller.kubernetes.Caches;
import dev.plinth.controller.kubernetes.Conditions;
import dev.plinth.controller.kubernetes.FieldManager;
import dev.plinth.controller.kubernetes.Labels;
import dev.plinth.controller.kubernetes.OwnStatus;
import dev.plinth.controller.kubernetes.Owners;
import dev.plinth.controller.kubernetes.Refusal;
import dev.plinth.controller.kubernetes.Writer;
import dev.plinth.controller.metrics.OperatorMetrics;
import dev.plinth.controller.planning.JobPlanner;
import dev.plinth.controller.planning.Site;
import dev.plinth.controller.planning.Sites;
import dev.plinth.controller.report.GangReports;
import dev.plinth.controller.report.GangReports.Checkpoint;
import dev.plinth.controller.report.Reports;
import dev.plinth.controller.training.TrainingDecision.Action.ApplyGang;
import dev.plinth.controller.training.TrainingDecision.Action.CreateModel;
import dev.plinth.controller.training.TrainingDecision.Action.ReplaceModel;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Carries out training jobs: each has one gang of its own name, and at the end publishes a model. */
@ControllerConfiguration(
        name = "trainingjob",
        informer = @Informer(comparableResourceVersions = false),
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 60, timeUnit = TimeUnit.SECONDS))
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 200, maxInterval = 30_000)
public final class TrainingJobReconciler implements Reconciler<TrainingJob> {

    /** Reports come between passes and wake nobody. */
    private static final Duration WHILE_TRAINING = Duration.ofSeconds(2);

    private static final Duration WHILE_WAITING = Duration.ofSeconds(5);

    private final ClusterState cluster;
    private final Writer writer;
    private final Reports reports;
    private final Settings settings;
    private final OperatorMetrics metrics;
    private final Clock clock;
    private final OwnStatus<TrainingJobStatus, TrainingJob> statuses;
    private final JobPlanner planner = new JobPlanner();

    public TrainingJobReconciler(
            ClusterState cluster,
            Writer writer,
            Reports reports,
            Settings settings,
            OperatorMetrics metrics,
            Clock clock) {
        this.cluster = cluster;
        this.writer = writer;
        this.reports = reports;
        this.settings = settings;
        this.metrics = metrics;
        this.clock = clock;
        statuses = new OwnStatus<>(writer, FieldManager.TRAINING, TrainingJob::new);
    }

    @Override
    public List<EventSource<?, TrainingJob>> prepareEventSources(EventSourceContext<TrainingJob> context) {
        return JobSources.prepare(context);
    }

    @Override
    public UpdateControl<TrainingJob> reconcile(TrainingJob cached, Context<TrainingJob> context) {
        var job = statuses.newest(cached);
        if (job.isMarkedForDeletion()) {
            // Its gang goes with it, by the garbage collector; its model stays.
            return UpdateControl.noUpdate();
        }
        var observed = observe(job, context);
        var decision = TrainingDecision.decide(observed, settings.runtimeImage(), clock.instant());
        var refusals = carryOut(decision.actions());
        report(
                job,
                refusals.equals(Refusals.NONE)
                        ? decision
                        : TrainingDecision.decide(observed, refusals, settings.runtimeImage(), clock.instant()));
        return next(observed, decision);
    }

    @Override
    public ErrorStatusUpdateControl<TrainingJob> updateErrorStatus(
            TrainingJob object, Context<TrainingJob> context, Exception thrown) {
        return BrokenPass.told(writer, object, thrown);
    }

    private Observed observe(TrainingJob job, Context<TrainingJob> context) {
        var namespace = job.getMetadata().getNamespace();
        var name = job.getMetadata().getName();
        var output = Optional.ofNullable(job.getSpec().output());
        var gang = Caches.find(context, Gang.class, namespace, name);
        var ownGang = gang.filter(found -> Owners.owns(job, found));
        var cached = new Observed(
                job,
                gang,
                ownGang.flatMap(
                        own -> reports.of(GangKey.of(own), own.getMetadata().getUid())),
                gang.isEmpty() && claimMissing(job, context.getClient()),
                output.flatMap(wanted -> Caches.find(context, Model.class, namespace, wanted.model())),
                Optional.empty(),
                planner.plan(job, ownGang, clock.instant(), () -> site(job, ownGang)));
        return wantsFarewell(cached)
                ? cached.withFarewell(gang.flatMap(own -> farewell(own, context.getClient())))
                : cached;
    }

    private Site site(TrainingJob job, Optional<Gang> ownGang) {
        // The gang controller does it too, whichever comes first.
        cluster.start();
        return Sites.of(cluster, job, ownGang);
    }

    private static boolean claimMissing(TrainingJob job, KubernetesClient client) {
        var checkpoint = job.getSpec().checkpoint();
        return checkpoint != null
                && client.persistentVolumeClaims()
                                .inNamespace(job.getMetadata().getNamespace())
                                .withName(checkpoint.claim())
                                .get()
                        == null;
    }

    /** Whether the job has ended well, its last checkpoint was not reported to this operator, and is still of use. */
    private static boolean wantsFarewell(Observed observed) {
        var reported = observed.reports().flatMap(GangReports::checkpoint).filter(Checkpoint::last);
        var settled =
                observed.before().filter(status -> status.completedAt() != null).isPresent()
                        && (observed.spec().output() == null
                                || Conditions.isTrue(observed.conditionsBefore(), "Published"));
        return observed.gangIs("Complete") && reported.isEmpty() && !settled;
    }

    private static Optional<Checkpoint> farewell(Gang gang, KubernetesClient client) {
        return Farewell.among(client
                .pods()
                .inNamespace(gang.getMetadata().getNamespace())
                .withLabel(Labels.GANG, gang.getMetadata().getName())
                .withLabel(Labels.MEMBER_INDEX, "0")
                .list()
                .getItems()
                .stream()
                .filter(pod -> Owners.owns(gang, pod))
                .toList());
    }

    /** One action that is refused keeps none of the others, nor the report, from being carried out. */
    private Refusals carryOut(List<TrainingDecision.Action> actions) {
        var refusals = Refusals.NONE;
        for (var action : actions) {
            try {
                carryOut(action);
            } catch (KubernetesClientException failed) {
                var why = Optional.of(Refusal.words(failed).orElseThrow(() -> failed));
                refusals = action instanceof ApplyGang
                        ? new Refusals(why, refusals.model())
                        : new Refusals(refusals.gang(), why);
            }
        }
        return refusals;
    }

    private void carryOut(TrainingDecision.Action action) {
        switch (action) {
            case ApplyGang(Gang gang) -> writer.apply(FieldManager.TRAINING, gang);
            case CreateModel(Model model) -> writer.create(model);
            case ReplaceModel(Model model) -> writer.apply(FieldManager.TRAINING, model);
        }
    }

    private void report(TrainingJob job, TrainingDecision decision) {
        statuses.report(job, decision.status());
        decision.stories().forEach(story -> writer.tell(job, story));
        metrics.job(job.reported(), decision.status());
    }

    private static UpdateControl<TrainingJob> next(Observed observed, TrainingDecision decision) {
        var nothing = UpdateControl.<TrainingJob>noUpdate();
        if (observed.gangIs("Running") && !observed.ended()) {
            return nothing.rescheduleAfter(WHILE_TRAINING);
        }
        var settled = observed.ended() && decision.actions().isEmpty();
        return settled ? nothing : nothing.rescheduleAfter(WHILE_WAITING);
    }
}
