package dev.plinth.controller.gang;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.controller.cluster.ClusterState;
import dev.plinth.controller.cluster.GangKey;
import dev.plinth.controller.gang.GangConditions.Finding;
import dev.plinth.controller.gang.GangConditions.Outcome;
import dev.plinth.controller.gang.backend.BackEnds;
import dev.plinth.controller.kubernetes.BrokenPass;
import dev.plinth.controller.kubernetes.Expectations;
import dev.plinth.controller.kubernetes.ServedApis;
import dev.plinth.controller.kubernetes.Writer;
import dev.plinth.controller.metrics.OperatorMetrics;
import dev.plinth.controller.report.MemberReports;
import io.fabric8.kubernetes.client.KubernetesClient;
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
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Places, starts and heals the pods of gangs; nothing else creates or deletes pods.
 *
 * <p>A pass observes (caches only), decides (pure libraries), acts (one API request at a time, the formation before any
 * pod, and the nodes decided for it) and reports. Whatever it needs to go on lies in the gang and in the cluster, so any prefix of its writes is
 * a state from which the next leader finishes the same plan.
 */
@ControllerConfiguration(
        name = "gang",
        // Own writes are expected by UID (Expectations); the framework's filter of own events can swallow those of
        // others.
        informer = @Informer(comparableResourceVersions = false),
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 30, timeUnit = TimeUnit.SECONDS))
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 200, maxInterval = 30_000)
public final class GangReconciler implements Reconciler<Gang> {
    private final Clock clock;
    private final Writer writer;
    private final GangMemory memory = new GangMemory();
    private final Expectations expectations = new Expectations();
    private final Formations formations = new Formations();
    private final GangTriggers triggers;
    private final GangObserver observer;
    private final GangActor actor;
    private final GangReporter reporter;
    private final RoomSeeker seeker;
    private final Preparations preparations;

    public GangReconciler(
            KubernetesClient client,
            ClusterState cluster,
            Writer writer,
            MemberReports reports,
            MemberSettings settings,
            OperatorMetrics metrics,
            Clock clock) {
        this.clock = clock;
        this.writer = writer;

        triggers = new GangTriggers(cluster, this::forget);
        var backEnds = new BackEnds(cluster, new ServedApis(client, clock));
        var pods = new PodWrites(writer, client, expectations, backEnds, cluster::domainsOf, settings.reportUrl());
        var nodes = new NodeWatch(cluster, reports);
        seeker = new RoomSeeker(cluster, metrics);
        observer = new GangObserver(client, cluster, reports, nodes, seeker, expectations, formations);
        preparations = new Preparations(client);
        reporter = new GangReporter(writer, cluster);
        actor = new GangActor(
                writer, cluster, pods, new Retirement(pods, nodes), seeker, formations, reporter, backEnds, metrics);
    }

    @Override
    public List<EventSource<?, Gang>> prepareEventSources(EventSourceContext<Gang> context) {
        return List.of(triggers);
    }

    @Override
    public UpdateControl<Gang> reconcile(Gang cached, Context<Gang> context) {
        var gang = reporter.newest(cached);
        if (gang.getMetadata().getDeletionTimestamp() != null) {
            return UpdateControl.noUpdate();
        }
        var now = clock.instant();
        var remembered = memory.of(gang);
        return switch (observer.observe(gang, remembered, now)) {
            case Observed.TooOld(var patience) -> again(patience);
            case Observed.Seen seen -> {
                var decision = GangDecision.decide(seen.facts(), now);
                var result = actor.carryOut(seen, decision, remembered, now);
                triggers.waits(GangKey.of(gang), result.outcome() instanceof Outcome.Waiting);
                var unprepared = preparations.trouble(result.view(), remembered, now);
                var written =
                        reporter.report(new Finding(result.view(), result.outcome(), unprepared), remembered, now);
                yield again(soonest(now, written, result.lookAgain(), seen.lookAgain()));
            }
        };
    }

    @Override
    public ErrorStatusUpdateControl<Gang> updateErrorStatus(Gang object, Context<Gang> context, Exception thrown) {
        return BrokenPass.told(writer, object, thrown);
    }

    /** There is nothing outside Kubernetes that would have to be undone. */
    private void forget(Gang gang) {
        memory.forget(gang.getMetadata().getUid());
        expectations.forget(gang.getMetadata().getUid());
        formations.forget(gang);
        seeker.forget(gang);
    }

    private static Duration soonest(Instant now, Instant... times) {
        var soonest = now.plus(Duration.ofSeconds(30));
        for (var time : times) {
            soonest = time.isBefore(soonest) ? time : soonest;
        }
        return Duration.between(now, soonest);
    }

    private static UpdateControl<Gang> again(Duration wait) {
        return UpdateControl.<Gang>noUpdate().rescheduleAfter(Math.max(50, wait.toMillis()), TimeUnit.MILLISECONDS);
    }
}
