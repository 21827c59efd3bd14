package dev.plinth.controller.kubernetes;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** The {@link Writer} to a real API server. */
public final class ClusterWriter implements Writer {
    private static final Logger LOG = Logger.getLogger(ClusterWriter.class);

    /** Requests under way at a time, over all controllers: the loss of many nodes must not flood the API server. */
    private static final int BUDGET = 64;

    private final KubernetesClient client;
    private final Clock clock;
    private final Semaphore budget = new Semaphore(BUDGET, true);

    public ClusterWriter(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    @Override
    public <T extends HasMetadata> T apply(FieldManager manager, T desired) {
        return within(() -> client.resource(desired)
                .fieldManager(manager.id())
                .forceConflicts()
                .serverSideApply());
    }

    @Override
    public <T extends HasMetadata> T applyStatus(FieldManager manager, T desired) {
        var context = new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager(manager.id())
                .withForce(true)
                .build();
        return within(() -> client.resource(desired).subresource("status").patch(context));
    }

    @Override
    public <T extends HasMetadata> Optional<T> create(T desired) {
        try {
            return Optional.of(within(() -> client.resource(desired).create()));
        } catch (KubernetesClientException refused) {
            if (alreadyExists(refused)) {
                return Optional.empty();
            }
            throw refused;
        }
    }

    @Override
    public <T extends HasMetadata> Optional<String> refusal(T desired, Function<T, Optional<String>> complaint) {
        try {
            return complaint.apply(within(() -> client.resource(desired)
                    .dryRun()
                    // Otherwise it would drop fields that it does not know, and say nothing.
                    .fieldValidation(Validation.STRICT)
                    .create()));
        } catch (KubernetesClientException refused) {
            if (alreadyExists(refused)) {
                return Optional.empty();
            }
            return Optional.of(Refusal.words(refused).orElseThrow(() -> refused));
        }
    }

    @Override
    public boolean delete(HasMetadata object, Deletion how) {
        var resource = client.resource(object);
        var details = within(() -> switch (how) {
            case GRACEFUL ->
                resource.withPropagationPolicy(DeletionPropagation.BACKGROUND).delete();
            case FOREGROUND ->
                resource.withPropagationPolicy(DeletionPropagation.FOREGROUND).delete();
            case FORCED -> resource.withGracePeriod(0).delete();
        });
        return !details.isEmpty();
    }

    @Override
    public void tell(HasMetadata about, Story story) {
        try {
            create(Events.of(about, story, clock.instant()));
        } catch (KubernetesClientException refused) {
            // An event informs; the work it tells of must go on without it.
            LOG.warnf(
                    "event %s about %s was not recorded: %s",
                    story.reason(), about.getMetadata().getName(), Refusal.said(refused));
        }
    }

    private <T> T within(Supplier<T> request) {
        budget.acquireUninterruptibly();
        try {
            return request.get();
        } finally {
            budget.release();
        }
    }

    private static boolean alreadyExists(KubernetesClientException refused) {
        return refused.getCode() == HttpURLConnection.HTTP_CONFLICT
                && refused.getStatus() != null
                && "AlreadyExists".equals(refused.getStatus().getReason());
    }
}
