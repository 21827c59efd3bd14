package dev.plinth.controller.gang;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.controller.kubernetes.Writer;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Clock;
import java.util.concurrent.TimeUnit;

/** Places, starts and heals the pods of gangs. */
@ControllerConfiguration(
        name = "gang",
        informer = @Informer(comparableResourceVersions = false),
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 60, timeUnit = TimeUnit.SECONDS))
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 200, maxInterval = 30_000)
public final class GangReconciler implements Reconciler<Gang> {
    private final Writer writer;
    private final Clock clock;

    public GangReconciler(Writer writer, Clock clock) {
        this.writer = writer;
        this.clock = clock;
    }

    @Override
    public UpdateControl<Gang> reconcile(Gang gang, Context<Gang> context) {
        return UpdateControl.noUpdate();
    }
}
