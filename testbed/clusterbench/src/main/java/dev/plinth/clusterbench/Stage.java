package dev.plinth.clusterbench;

import dev.plinth.api.v1alpha1.ClusterTopology;
import dev.plinth.api.v1alpha1.ClusterTopologySpec;
import dev.plinth.testbed.ClusterSpec;
import dev.plinth.testbed.ClusterSpec.Level;
import dev.plinth.testbed.ClusterSpec.SimulatedNodes;
import dev.plinth.testbed.Progress;
import dev.plinth.testbed.TestbedException;
import dev.plinth.testbed.cli.Background;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/** A cluster of simulated nodes with Plinth's kinds, in which gangs come and go. It ends with this process. */
final class Stage implements AutoCloseable {
    static final String CLUSTER = "bench-cluster";
    static final String NAMESPACE = "default";
    static final int GPUS = 8;
    static final List<Level> LEVELS = List.of(
            new Level("block", "topology.plinth.dev/block", 256), new Level("rack", "topology.plinth.dev/rack", 16));

    private static final Duration PATIENCE = Duration.ofMinutes(6);
    private static final int WAITING = 512;

    private final int nodes;
    private final Background cluster;
    private final Crew crew = new Crew();
    private final PodTimes times = new PodTimes();
    private final SharedIndexInformer<Pod> watch;
    private final Progress progress;

    private Stage(int nodes, Background cluster, Progress progress) throws IOException, InterruptedException {
        this.nodes = nodes;
        this.cluster = cluster;
        this.progress = progress;
        install(client());
        this.watch = client().pods().inNamespace(NAMESPACE).inform(times);
    }

    /** Brings the cluster up. */
    static Stage open(int nodes, boolean topologyScheduling, Progress progress)
            throws IOException, InterruptedException {
        var spec = ClusterSpec.controlPlane(CLUSTER)
                .withTopology(LEVELS.toArray(Level[]::new))
                .withSimulatedNodes(new SimulatedNodes("sim", nodes, GPUS));
        var cluster = Background.hold(topologyScheduling ? spec.withTopologyScheduling() : spec, progress);
        try {
            return new Stage(nodes, cluster, progress);
        } catch (RuntimeException | IOException | InterruptedException failed) {
            cluster.close();
            throw failed;
        }
    }

    static String node(int number) {
        return "sim-%04d".formatted(number);
    }

    int nodes() {
        return nodes;
    }

    KubernetesClient client() {
        return cluster.client();
    }

    Path kubeconfig() {
        return cluster.kubeconfig();
    }

    Crew crew() {
        return crew;
    }

    PodTimes times() {
        return times;
    }

    /**
     * How it went until the last pod was bound.
     *
     * @param busy processors that each program kept busy
     */
    record Played(Rates rates, Map<String, Double> busy) {
        /** Of all programs together, for each pod. */
        double processorMillis() {
            return 1000
                    * busy.values().stream().mapToDouble(Double::doubleValue).sum()
                    * rates.bound()
                    / rates.pods();
        }
    }

    /**
     * Lets gangs come and go until all have been whole and have gone, or, if they stay for ever, until all are whole.
     *
     * @param often what is to be done about once a second meanwhile
     */
    Played play(String what, Side side, List<Arrival> arrivals, Duration stay, int room, Runnable often)
            throws InterruptedException {
        var tide = new Tide(arrivals, WAITING, room, stay);
        var begun = System.nanoTime();
        var before = Programs.times();
        Played played = null;
        long told = 0;
        while (played == null || (!tide.allGone() && stay.compareTo(PATIENCE) < 0)) {
            var step = tide.step(times.seen(), System.nanoTime());
            step.coming().forEach(side::bring);
            step.going().forEach(side::remove);
            crew.requireWell();
            if (played == null && tide.allBound(times.seen())) {
                var seconds = (System.nanoTime() - begun) / 1e9;
                played = new Played(times.rates(begun, arrivals), Programs.busy(before, Programs.times(), seconds));
            }
            var passed = Duration.ofNanos(System.nanoTime() - begun);
            if (passed.compareTo(PATIENCE) > 0) {
                throw new TestbedException("%s: not done after %d s".formatted(what, PATIENCE.toSeconds()));
            }
            if (passed.toSeconds() > told) {
                told = passed.toSeconds();
                often.run();
                int bound = times.bound(arrivals);
                progress.now(what, (double) bound / Arrival.members(arrivals), bound + " pods bound");
            }
            Thread.sleep(10);
        }
        progress.done("%s: %d pods, %.0f/s created, %.0f/s bound"
                .formatted(
                        what,
                        played.rates().pods(),
                        played.rates().createdPerSecond(),
                        played.rates().boundPerSecond()));
        return played;
    }

    /** Sends gangs away that stayed, and returns when nothing is left of them. */
    void clear(Side side, List<Arrival> arrivals) throws InterruptedException {
        arrivals.forEach(side::remove);
        await("all pods have gone", PATIENCE, () -> {
            crew.requireWell();
            var seen = times.seen();
            return arrivals.stream()
                    .allMatch(gang ->
                            seen.getOrDefault(gang.gang(), Tide.Seen.NOTHING).gone() == times.created(gang.gang()));
        });
    }

    static void await(String what, Duration patience, BooleanSupplier there) throws InterruptedException {
        var deadline = System.nanoTime() + patience.toNanos();
        while (!there.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new TestbedException("not within %d s: %s".formatted(patience.toSeconds(), what));
            }
            Thread.sleep(20);
        }
    }

    @Override
    public void close() {
        crew.close();
        watch.stop();
        cluster.close();
    }

    private static void install(KubernetesClient client) throws IOException, InterruptedException {
        for (var plural : List.of("gangs", "clustertopologies", "trainingjobs", "models", "modelservices")) {
            var file = "/META-INF/plinth/" + plural + ".plinth.dev-v1.yaml";
            try (var definition = Objects.requireNonNull(Stage.class.getResourceAsStream(file), file)) {
                client.resource(client.getKubernetesSerialization()
                                .unmarshal(definition, CustomResourceDefinition.class))
                        .serverSideApply();
            }
        }
        // As the fact sheets have it: 400 Gb/s for each accelerator, 7:1 above a block.
        var topology = new ClusterTopology();
        topology.setMetadata(new ObjectMetaBuilder().withName("default").build());
        topology.setSpec(new ClusterTopologySpec(List.of(
                new ClusterTopologySpec.Level(
                        "block",
                        LEVELS.get(0).label(),
                        new ClusterTopologySpec.Uplink(new Quantity("400G"), new Quantity("7"))),
                new ClusterTopologySpec.Level("rack", LEVELS.get(1).label()))));
        await("Plinth's kinds are served", Duration.ofMinutes(1), () -> {
            try {
                client.resource(topology).serverSideApply();
                return client.serviceAccounts()
                                .inNamespace(NAMESPACE)
                                .withName("default")
                                .get()
                        != null;
            } catch (KubernetesClientException notYet) {
                return false;
            }
        });
    }

    /** Removes what an interrupted run would leave. */
    static void abandon() {
        Background.down(CLUSTER);
    }
}
