package dev.plinth.controller.gang.backend;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;

/**
 * Who brings the pods of one gang to nodes. A back end renders and judges; it writes nothing itself. Where it has nothing
 * to say, the pod stays as Plinth makes it.
 */
public interface BackEnd {
    /** Its name as a person knows it. */
    String name();

    /** Whether Plinth chooses the node of each member; if not, pods are made at once and wait for their scheduler. */
    default boolean followsOurPlan() {
        return true;
    }

    /** Why it cannot serve this gang in this cluster, and what to do about it; empty if it can. */
    default Optional<String> objection() {
        return Optional.empty();
    }

    /** What must be there before the first pod, and stays until the gang goes. */
    default List<HasMetadata> companions() {
        return List.of();
    }

    /** The pod of a member as this back end wants it. */
    default Pod dressed(Pod pod) {
        return pod;
    }

    /**
     * What is missing of a pod that the API server has taken: fields of features that are off vanish without a word, and
     * so do those that a webhook should have added. Empty if all is there.
     */
    default Optional<String> missing(Pod accepted) {
        return Optional.empty();
    }
}
