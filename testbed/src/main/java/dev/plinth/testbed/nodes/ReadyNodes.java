package dev.plinth.testbed.nodes;

import dev.plinth.testbed.Progress;
import dev.plinth.testbed.TestbedException;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Watches nodes until so many of them have become Ready. */
final class ReadyNodes implements ResourceEventHandler<Node> {
    private final int wanted;
    private final Progress progress;
    private final Set<String> ready = ConcurrentHashMap.newKeySet();
    private final CountDownLatch all = new CountDownLatch(1);

    ReadyNodes(int wanted, Progress progress) {
        this.wanted = wanted;
        this.progress = progress;
    }

    /**
     * Waits until all are Ready.
     *
     * @param hope ends the wait by an exception when it is in vain
     * @throws TestbedException if fewer are Ready when patience is over
     */
    void await(Duration patience, Runnable hope) {
        try {
            for (long seconds = 0; !all.await(1, TimeUnit.SECONDS) && seconds < patience.toSeconds(); seconds++) {
                hope.run();
            }
            if (all.getCount() > 0) {
                throw new TestbedException("only %d of %d nodes became Ready within %d s; the logs folder tells more"
                        .formatted(ready.size(), wanted, patience.toSeconds()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TestbedException("interrupted while waiting for nodes", e);
        }
    }

    @Override
    public void onAdd(Node node) {
        observe(node);
    }

    @Override
    public void onUpdate(Node before, Node node) {
        observe(node);
    }

    @Override
    public void onDelete(Node node, boolean finalStateUnknown) {
        ready.remove(node.getMetadata().getName());
    }

    private void observe(Node node) {
        if (NodeReadiness.ready(node) && ready.add(node.getMetadata().getName())) {
            progress.now("Nodes Ready", (double) ready.size() / wanted, "%d of %d".formatted(ready.size(), wanted));
            if (ready.size() >= wanted) {
                all.countDown();
            }
        }
    }
}
