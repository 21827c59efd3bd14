package dev.plinth.controller.model;

import dev.plinth.api.v1alpha1.Model;
import dev.plinth.api.v1alpha1.ModelStatus;
import dev.plinth.controller.kubernetes.FieldManager;
import dev.plinth.controller.kubernetes.OwnStatus;
import dev.plinth.controller.kubernetes.Writer;
import dev.plinth.controller.model.ModelConditions.Judged;
import dev.plinth.controller.model.ModelLocation.OnClaim;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Tells of each model whether its weights can be had. */
@ControllerConfiguration(
        name = "model",
        informer = @Informer(comparableResourceVersions = false),
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 60, timeUnit = TimeUnit.SECONDS))
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 200, maxInterval = 30_000)
public final class ModelReconciler implements Reconciler<Model> {

    private static final Duration WHILE_MISSING = Duration.ofSeconds(5);

    private final Clock clock;
    private final OwnStatus<ModelStatus, Model> statuses;

    public ModelReconciler(Writer writer, Clock clock) {
        this.clock = clock;
        statuses = new OwnStatus<>(writer, FieldManager.MODEL, Model::new);
    }

    @Override
    public UpdateControl<Model> reconcile(Model cached, Context<Model> context) {
        var model = statuses.newest(cached);
        if (model.isMarkedForDeletion()) {
            return UpdateControl.noUpdate();
        }
        var observed = observe(model, context.getClient());
        statuses.report(model, ModelConditions.judge(observed, clock.instant()));
        var settled = observed.location().isEmpty() || observed.claimThere();
        return settled
                ? UpdateControl.noUpdate()
                : UpdateControl.<Model>noUpdate().rescheduleAfter(WHILE_MISSING);
    }

    private static Judged observe(Model model, KubernetesClient client) {
        var location = ModelLocation.parse(model.getSpec().source().uri());
        var there = location.filter(place -> switch (place) {
            case OnClaim(String claim, String path) ->
                client.persistentVolumeClaims()
                                .inNamespace(model.getMetadata().getNamespace())
                                .withName(claim)
                                .get()
                        != null;
        });
        return new Judged(model, location, there.isPresent());
    }
}
