package dev.plinth.controller.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.ErrorStatusUpdateControl;
import java.util.stream.Stream;

/**
 * A pass that ended in an exception. What the API server said is tried again and says so in the log; anything else is a mistake of
 * ours, which whoever waits for the object must be able to see.
 */
public final class BrokenPass {
    private BrokenPass() {}

    /** Tells it in an event of the object and of its owner, once for each kind of exception; the pass is tried again. */
    public static <T extends HasMetadata> ErrorStatusUpdateControl<T> told(Writer writer, T object, Exception thrown) {
        boolean apiServer = Stream.<Throwable>iterate(thrown, cause -> cause != null, Throwable::getCause)
                .anyMatch(KubernetesClientException.class::isInstance);
        if (!apiServer) {
            var story = Story.warning(
                    "PassFailed",
                    "generation " + object.getMetadata().getGeneration() + " " + thrown.getClass(),
                    "Plinth made a mistake and cannot go on with this: " + thrown
                            + "; it tries again, the operator's log has the whole story");
            writer.tell(object, story);
            Owners.controller(object).ifPresent(owner -> writer.tell(owner, story));
        }
        return ErrorStatusUpdateControl.defaultErrorProcessing();
    }
}
