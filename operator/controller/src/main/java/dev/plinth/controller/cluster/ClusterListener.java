package dev.plinth.controller.cluster;

import dev.plinth.api.v1alpha1.Gang;

/** Told of changes in the cluster, on the thread of an informer: answers fast and never blocks. */
public interface ClusterListener {
    /** A pod or the Service of the gang has come, changed or gone. */
    default void gangChanged(GangKey gang) {}

    /** The gang itself is gone; one made again under its name is another. */
    default void gangGone(Gang gang) {}

    /** Readiness, labels, taints or resources of the node have changed, or it has come or gone. */
    default void nodeChanged(String node) {}

    /** There may be room now that was not there before. */
    default void roomMayHaveGrown() {}
}
