package dev.plinth.placement;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.placement.Placement.Placed;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** A cluster whose news arrive late, repeatedly, and in any interleaving with decisions, creations, failures and ends. */
class NoGpuTwiceTest {
    private static final Resources GPU = Resources.of("nvidia.com/gpu", 1);
    private static final int GPUS = 4;
    private static final int NODES = 3;

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void no_accelerator_is_promised_twice(@ForAll long seed) {
        var world = new World(new Random(seed));
        for (int step = 0; step < 150; step++) {
            world.step();
            world.checkTruth();
        }
        world.settle();
        world.checkBookEqualsTruth();
    }

    /** The API server's truth, the news on their way to the operator, and the operator's book. */
    private static final class World {
        private final Random random;
        private final Capacity book = new Capacity(Topology.of("rack"));
        private final SortedMap<Holder, String> live = new TreeMap<>();
        private final SortedMap<Holder, String> decided = new TreeMap<>();
        private final Queue<Runnable> news = new ArrayDeque<>();
        private final List<Cluster> views = new ArrayList<>();
        private int gangs;

        World(Random random) {
            this.random = random;
            for (int i = 0; i < NODES; i++) {
                seeNode(i, false);
            }
        }

        void step() {
            switch (random.nextInt(9)) {
                case 0 -> views.add(book.snapshot());
                case 1, 2 -> decide();
                case 3 -> create();
                case 4 -> creationFails();
                case 5, 6 -> hear();
                case 7 -> end();
                default -> seeNode(random.nextInt(NODES), random.nextInt(4) == 0);
            }
        }

        /** On the newest view or on an old one. */
        private void decide() {
            var view =
                    views.isEmpty() || random.nextBoolean() ? book.snapshot() : views.get(random.nextInt(views.size()));
            var gang = "gang ml/g" + gangs++;
            var request = GangRequest.of(gang, 1 + random.nextInt(5), GPU);
            if (Placer.place(request, view) instanceof Placed placed) {
                var pods = new TreeMap<Holder, String>();
                placed.nodes().forEach((member, node) -> pods.put(new Holder(gang, gang + "/" + member + "-0"), node));
                if (book.reserve(pods, GPU).isEmpty()) {
                    decided.putAll(pods);
                    // A leader that starts again repeats what it had decided.
                    assertThat(book.reserve(pods, GPU)).isEmpty();
                }
            }
        }

        private void create() {
            pick(decided).ifPresent(pod -> {
                var node = decided.getOrDefault(pod, "");
                decided.remove(pod);
                live.put(pod, node);
                news.add(() -> {
                    book.observe(pod, node, GPU);
                    book.observe(pod, node, GPU);
                });
            });
        }

        private void creationFails() {
            pick(decided).ifPresent(pod -> {
                decided.remove(pod);
                book.withdraw(pod);
            });
        }

        private void end() {
            pick(live).ifPresent(pod -> {
                live.remove(pod);
                news.add(() -> book.gone(pod));
                // Late clean-up of a promise must not bring back or free anything.
                news.add(() -> book.withdraw(pod));
            });
        }

        private void hear() {
            if (!news.isEmpty()) {
                news.remove().run();
            }
        }

        private void seeNode(int node, boolean closed) {
            book.putNode(
                    "n" + node,
                    new TreeMap<>(),
                    Resources.of("nvidia.com/gpu", GPUS),
                    closed ? Optional.of("cordoned") : Optional.empty());
        }

        private Optional<Holder> pick(SortedMap<Holder, String> pods) {
            return pods.isEmpty()
                    ? Optional.empty()
                    : pods.keySet().stream().skip(random.nextInt(pods.size())).findFirst();
        }

        void checkTruth() {
            for (int i = 0; i < NODES; i++) {
                assertThat(held("n" + i)).isLessThanOrEqualTo(GPUS);
            }
        }

        void settle() {
            while (!decided.isEmpty()) {
                create();
            }
            while (!news.isEmpty()) {
                hear();
            }
        }

        void checkBookEqualsTruth() {
            for (var node : book.snapshot().nodes()) {
                assertThat(node.free().amount("nvidia.com/gpu")).isEqualTo(GPUS - held(node.name()));
            }
        }

        private long held(String node) {
            return live.values().stream().filter(node::equals).count()
                    + decided.values().stream().filter(node::equals).count();
        }
    }
}
