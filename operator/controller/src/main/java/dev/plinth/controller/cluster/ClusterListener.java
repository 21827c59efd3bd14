package dev.plinth.controller.cluster;

/** Told of changes in the cluster, on the thread of an informer: answers fast and never blocks. */
public interface ClusterListener {
    /** A pod or the Service of the gang has come, changed or gone. */
    void gangChanged(GangKey gang);

    /** Readiness, labels, taints or resources of the node have changed, or it has come or gone. */
    void nodeChanged(String node);

    /** There may be room now that was not there before. */
    void roomMayHaveGrown();
}
