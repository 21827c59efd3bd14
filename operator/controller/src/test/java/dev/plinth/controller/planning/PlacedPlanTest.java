package dev.plinth.controller.planning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.api.v1alpha1.Plan;
import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.placement.Cluster;
import dev.plinth.placement.GangRequest;
import dev.plinth.placement.Mesh;
import dev.plinth.placement.Node;
import dev.plinth.placement.Placement;
import dev.plinth.placement.Placer;
import dev.plinth.placement.Resources;
import dev.plinth.placement.Topology;
import dev.plinth.planner.hardware.Catalogue;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/** Plans with the placement that carries them out, on clusters of which some of each node is taken. */
class PlacedPlanTest {
    private static final String GPU = "nvidia.com/gpu";
    private static final int WORKERS = 8;
    private static final int PER_WORKER = 2;

    private final TrainingJob job = Asked.llama(
            "processesPerWorker: 8",
            "processesPerWorker: " + PER_WORKER,
            "nvidia.com/gpu: 8",
            "nvidia.com/gpu: " + PER_WORKER,
            "count: 2",
            "count: " + WORKERS,
            "layers: 32, hiddenSize: 4096, heads: 32",
            "layers: 48, hiddenSize: 8192, heads: 64");

    @RepeatedTest(30)
    void a_plan_is_told_as_it_will_be_on_the_place_that_placement_finds_for_it(RepetitionInfo draw) {
        var nodes = nodes(new Random(draw.getCurrentRepetition()));
        var site = site(nodes);

        var plan = plan(site);
        var place = site.placer().nodes(GangMesh.of(plan.groups(), plan.accelerators(), WORKERS), Optional.of("H100"));

        assertThat(plan).isEqualTo(plan(site));
        place.ifPresent(found -> assertThat(plan.blocks())
                .isEqualTo(JobPlanner.blocks(
                        new Supply(site, Catalogue.standard().get("H100"), PER_WORKER)
                                .taken(found.values())
                                .forJob(plan.accelerators()),
                        plan.accelerators())));
    }

    private Plan plan(Site site) {
        return new JobPlanner()
                .plan(job, Optional.empty(), Instant.EPOCH, () -> site)
                .made()
                .orElseThrow();
    }

    /** Two blocks of two racks of three nodes; what is free of GPUs and of processors has nothing to do with each other. */
    private static List<Node> nodes(Random random) {
        var nodes = new ArrayList<Node>();
        for (int i = 0; i < 12; i++) {
            nodes.add(new Node(
                    "n" + (char) ('a' + i),
                    new TreeMap<>(Map.of("rack", "r" + i / 3, "block", "b" + i / 6)),
                    new Resources(Map.of(GPU, 2L * random.nextInt(5), "cpu", (long) random.nextInt(5)))));
        }
        return nodes;
    }

    private static Site site(List<Node> nodes) {
        var cluster = Cluster.of(Topology.of("block", "rack"), nodes);
        return new Site(
                nodes.stream().map(PlacedPlanTest::host).toList(),
                List.of(
                        new Site.Level("rack", OptionalDouble.of(25e9)),
                        new Site.Level("block", OptionalDouble.of(5e9))),
                OptionalDouble.of(50e9),
                Catalogue.standard(),
                Optional.empty(),
                (mesh, accelerator) -> placed(mesh, cluster));
    }

    private static Host host(Node node) {
        int free = (int) node.free().amount(GPU);
        return new Host(node.name(), Optional.of("NVIDIA-H100"), node.domains(), Optional.empty(), 8, free);
    }

    private static Optional<SortedMap<Integer, String>> placed(Mesh mesh, Cluster cluster) {
        var each = new Resources(Map.of(GPU, (long) PER_WORKER, "cpu", 1L));
        return Placer.place(GangRequest.of("g", WORKERS, each).talking(mesh), cluster)
                        instanceof Placement.Placed placed
                ? Optional.of(placed.nodes())
                : Optional.empty();
    }
}
