package dev.plinth.testbed;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;

/** A cluster that is up, owned by this process or by another. */
public interface RunningCluster extends AutoCloseable {
    /** A client with an administrator's rights; it is closed with this object. */
    KubernetesClient client();

    /** The administrator's kubeconfig. */
    Path kubeconfig();

    /** Loads an image archive (docker save, OCI, Jib tar) into every real node that is on; the others load it when they start. */
    void loadImage(Path archive, Progress progress);

    /** The same in silence. */
    default void loadImage(Path archive) {
        loadImage(archive, Progress.silent());
    }

    /**
     * Kills a real node without a farewell: its traffic is cut first, then kubelet, containerd and all containers are killed.
     */
    void killNode(String node);

    /** Switches a killed node on again, with the images it had and those it missed. */
    void startNode(String node, Progress progress);

    /** The same in silence. */
    default void startNode(String node) {
        startNode(node, Progress.silent());
    }

    /** Ends the cluster and removes all it kept. */
    @Override
    void close();
}
