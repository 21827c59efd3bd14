package dev.plinth.controller.kubernetes;

import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;
import java.util.function.Function;

/**
 * The one way into the cluster. Each call is one API request, and any prefix of the calls of a pass is a state from
 * which the next leader goes on.
 *
 * <p>Server-side apply for everything but pods: a pod is created by POST under its fixed name, so that a second creator
 * meets the first (409) instead of changing its pod.
 *
 * <p>Errors of the API server reach the caller as {@link io.fabric8.kubernetes.client.KubernetesClientException}. What
 * {@link Refusal} tells of is reported as a condition; a pass that meets another ends, and is tried again.
 */
public interface Writer {

    /**
     * Makes the fields of {@code desired} so, and takes them over from whoever else set them. Fields this manager set
     * before and does not name now are removed. If {@code desired} carries a UID, only that very object is changed.
     */
    <T extends HasMetadata> T apply(FieldManager manager, T desired);

    /** As {@link #apply}, for the status of an object that exists. */
    <T extends HasMetadata> T applyStatus(FieldManager manager, T desired);

    /** Creates the object, or answers empty if one of that name is there already. */
    <T extends HasMetadata> Optional<T> create(T desired);

    /**
     * Asks the API server whether it would create the object, and whether what it would create is good: its words of
     * refusal, or those of {@code complaint}; empty if all is well.
     */
    <T extends HasMetadata> Optional<String> refusal(T desired, Function<T, Optional<String>> complaint);

    /** Deletes the object; false if it was gone already. */
    boolean delete(HasMetadata object, Deletion how);

    /** Records an event about an object, once per {@link Story#occasion()}. */
    void tell(HasMetadata about, Story story);
}
