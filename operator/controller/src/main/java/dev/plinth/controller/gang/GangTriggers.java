package dev.plinth.controller.gang;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.controller.cluster.ClusterListener;
import dev.plinth.controller.cluster.ClusterState;
import dev.plinth.controller.cluster.GangKey;
import io.javaoperatorsdk.operator.health.Status;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Turns changes in the cluster into passes over the gangs they concern, among them those that wait for room. */
final class GangTriggers extends SimpleInboundEventSource<Gang> implements ClusterListener {
    /** Many pods end at once; the gangs that wait are asked once for all of them. */
    private static final Duration GATHERING = Duration.ofMillis(100);

    private final ClusterState cluster;
    private final Consumer<Gang> forget;
    private final Set<GangKey> waiting = new ConcurrentSkipListSet<>();
    private final AtomicBoolean gathering = new AtomicBoolean();
    private final Executor later = CompletableFuture.delayedExecutor(GATHERING.toMillis(), TimeUnit.MILLISECONDS);

    /** Wakes passes; {@code forget} is told of gangs that are gone, for which there is no pass. */
    GangTriggers(ClusterState cluster, Consumer<Gang> forget) {
        super("cluster");
        this.cluster = cluster;
        this.forget = forget;
        cluster.addListener(this);
    }

    /** Notes whether a gang is to be asked again when there may be room. */
    void waits(GangKey gang, boolean forRoom) {
        if (forRoom) {
            waiting.add(gang);
        } else {
            waiting.remove(gang);
        }
    }

    /** Starts before any gang is looked at, and returns when the caches are filled. */
    @Override
    public void start() {
        cluster.start();
        super.start();
    }

    @Override
    public Status getStatus() {
        return cluster.stopped().isEmpty() ? Status.HEALTHY : Status.UNHEALTHY;
    }

    @Override
    public void gangChanged(GangKey gang) {
        propagateEvent(new ResourceID(gang.name(), gang.namespace()));
    }

    @Override
    public void gangGone(Gang gang) {
        waits(GangKey.of(gang), false);
        forget.accept(gang);
    }

    @Override
    public void nodeChanged(String node) {
        cluster.gangsOn(node).forEach(this::gangChanged);
    }

    @Override
    public void roomMayHaveGrown() {
        if (!waiting.isEmpty() && gathering.compareAndSet(false, true)) {
            later.execute(() -> {
                gathering.set(false);
                waiting.forEach(this::gangChanged);
            });
        }
    }
}
