package dev.plinth.controller.serving;

import static java.util.stream.Collectors.toSet;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.Model;
import dev.plinth.api.v1alpha1.ModelService;
import dev.plinth.api.v1alpha1.ModelServiceStatus;
import dev.plinth.controller.Settings;
import dev.plinth.controller.kubernetes.BrokenPass;
import dev.plinth.controller.kubernetes.Caches;
import dev.plinth.controller.kubernetes.Deletion;
import dev.plinth.controller.kubernetes.FieldManager;
import dev.plinth.controller.kubernetes.Labels;
import dev.plinth.controller.kubernetes.OwnStatus;
import dev.plinth.controller.kubernetes.Owners;
import dev.plinth.controller.kubernetes.Refusal;
import dev.plinth.controller.kubernetes.Writer;
import dev.plinth.controller.serving.ServingDecision.Action.ApplyFront;
import dev.plinth.controller.serving.ServingDecision.Action.CreateReplica;
import dev.plinth.controller.serving.ServingDecision.Action.DeleteReplica;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.Informer;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.MaxReconciliationInterval;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.retry.GradualRetry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Carries out model services: one gang for each replica, and a Service before them. */
@ControllerConfiguration(
        name = "modelservice",
        informer = @Informer(comparableResourceVersions = false),
        maxReconciliationInterval = @MaxReconciliationInterval(interval = 60, timeUnit = TimeUnit.SECONDS))
@GradualRetry(maxAttempts = Integer.MAX_VALUE, initialInterval = 200, maxInterval = 30_000)
public final class ModelServiceReconciler implements Reconciler<ModelService> {

    private static final String BY_MODEL = "model";
    private static final Duration AFTER_REFUSAL = Duration.ofSeconds(15);

    private final Writer writer;
    private final Settings settings;
    private final Clock clock;
    private final OwnStatus<ModelServiceStatus, ModelService> statuses;

    public ModelServiceReconciler(Writer writer, Settings settings, Clock clock) {
        this.writer = writer;
        this.settings = settings;
        this.clock = clock;
        statuses = new OwnStatus<>(writer, FieldManager.SERVING, ModelService::new);
    }

    @Override
    public List<EventSource<?, ModelService>> prepareEventSources(EventSourceContext<ModelService> context) {
        var services = context.getPrimaryCache();
        services.addIndexer(
                BY_MODEL,
                service -> List.of(key(service, service.getSpec().model().name())));
        return List.of(
                Caches.watch(Gang.class, context, ModelServiceReconciler::labelled),
                Caches.watch(Service.class, Labels.SERVICE, context, ModelServiceReconciler::labelled),
                Caches.watch(
                        Model.class,
                        context,
                        model -> services
                                .byIndex(
                                        BY_MODEL, key(model, model.getMetadata().getName()))
                                .stream()
                                .map(ResourceID::fromResource)
                                .collect(toSet())));
    }

    @Override
    public UpdateControl<ModelService> reconcile(ModelService cached, Context<ModelService> context) {
        var service = statuses.newest(cached);
        if (service.isMarkedForDeletion()) {
            return UpdateControl.noUpdate();
        }
        var observed = observe(service, context);
        var image = settings.servingImage(service.getSpec().template());
        var decision = ServingDecision.decide(observed, image, clock.instant());
        var refused = carryOut(decision.actions());
        if (refused.isEmpty()) {
            report(service, decision);
            return UpdateControl.noUpdate();
        }
        report(service, ServingDecision.decide(observed, refused, image, clock.instant()));
        return UpdateControl.<ModelService>noUpdate().rescheduleAfter(AFTER_REFUSAL);
    }

    @Override
    public ErrorStatusUpdateControl<ModelService> updateErrorStatus(
            ModelService object, Context<ModelService> context, Exception thrown) {
        return BrokenPass.told(writer, object, thrown);
    }

    private static Observed observe(ModelService service, Context<ModelService> context) {
        var namespace = service.getMetadata().getNamespace();
        var name = service.getMetadata().getName();
        var gangs = Caches.list(context, Gang.class, namespace)
                .filter(gang -> Owners.owns(service, gang) && !gang.isMarkedForDeletion())
                .toList();
        // A Service of somebody else lacks the label that our cache selects by.
        var front = Caches.find(context, Service.class, namespace, name)
                .or(() -> Optional.ofNullable(context.getClient()
                        .services()
                        .inNamespace(namespace)
                        .withName(name)
                        .get()));
        return new Observed(
                service,
                Caches.find(
                        context,
                        Model.class,
                        namespace,
                        service.getSpec().model().name()),
                gangs,
                front);
    }

    /** Tries all, whatever is refused; answers what was refused first. */
    private Optional<Refused> carryOut(List<ServingDecision.Action> actions) {
        var refused = new ArrayList<Refused>();
        for (var action : actions) {
            try {
                carryOut(action);
            } catch (KubernetesClientException failed) {
                refused.add(Refused.of(action, Refusal.words(failed).orElseThrow(() -> failed)));
            }
        }
        return refused.stream().findFirst();
    }

    private void carryOut(ServingDecision.Action action) {
        switch (action) {
            case ApplyFront(Service front) -> writer.apply(FieldManager.SERVING, front);
            case CreateReplica(Gang gang) -> writer.apply(FieldManager.SERVING, gang);
            case DeleteReplica(Gang gang) -> writer.delete(gang, Deletion.FOREGROUND);
        }
    }

    private void report(ModelService service, ServingDecision decision) {
        statuses.report(service, decision.status());
        decision.stories().forEach(story -> writer.tell(service, story));
    }

    private static Set<ResourceID> labelled(HasMetadata object) {
        var labels = object.getMetadata().getLabels();
        var service = labels == null ? null : labels.get(Labels.SERVICE);
        return service == null
                ? Set.of()
                : Set.of(new ResourceID(service, object.getMetadata().getNamespace()));
    }

    private static String key(HasMetadata inNamespace, String model) {
        return inNamespace.getMetadata().getNamespace() + "/" + model;
    }
}
