package dev.plinth.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.recovery.Action.GiveUp;
import dev.plinth.recovery.Action.None;
import dev.plinth.recovery.Action.Reform;
import dev.plinth.recovery.Action.Wait;
import dev.plinth.recovery.Signal.MemberFailed;
import dev.plinth.recovery.Signal.MemberGone;
import dev.plinth.recovery.Signal.MemberRejected;
import dev.plinth.recovery.Signal.NodeLost;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.Statistics;

/** Gangs of every kind through random faults, with an operator that forgets to act, acts twice, and crashes between its writes. */
class FaultSequencesTest {
    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void every_sequence_of_faults_ends_in_a_formed_gang_or_in_giving_up(@ForAll long seed) {
        var world = new World(new Random(seed));
        for (int fault = 0; fault < 12 && !world.givenUp; fault++) {
            world.breakSomething();
            if (world.random.nextBoolean()) {
                world.operate();
            }
        }
        for (int pass = 0; pass < 100 && !world.givenUp && !world.whole(); pass++) {
            world.operate();
        }
        assertThat(world.givenUp || world.whole()).isTrue();
        Statistics.collect(world.givenUp ? "given up" : "formed");
        Statistics.coverage(coverage -> {
            coverage.check("given up").percentage(share -> share > 0.5);
            coverage.check("formed").percentage(share -> share > 50);
        });
    }

    /** What is true of one gang, and what the operator has written down about it. */
    private static final class World {
        private static final int NODES = 12;
        private static final RecoveryPolicy POLICY = RecoveryPolicy.of(4, Duration.ofSeconds(10));

        private final Random random;
        private final int size;
        private final SortedMap<Integer, Signal> broken = new TreeMap<>();
        private final SortedSet<String> deadNodes = new TreeSet<>();
        private final SortedSet<String> everCreated = new TreeSet<>();
        private GangState written;
        private Instant now = Instant.parse("2026-03-01T12:00:00Z");
        private boolean givenUp;

        World(Random random) {
            this.random = random;
            this.size = 1 + random.nextInt(6);
            var scope = RestartScope.values()[random.nextInt(RestartScope.values().length)];
            written = new GangState(
                    "g", size, scope, 1, new TreeMap<>(), 0, new TreeMap<>(), OptionalLong.empty(), FaultHistory.NONE);
            createPods();
        }

        void breakSomething() {
            now = now.plusSeconds(random.nextInt(900));
            int member = random.nextInt(size);
            int incarnation = written.incarnation(member);
            switch (random.nextInt(5)) {
                case 0 -> broken.put(member, new MemberFailed(member, incarnation, 1 + random.nextInt(2)));
                case 1 -> broken.put(member, new MemberGone(member, incarnation));
                case 2 -> broken.put(member, new MemberRejected(member, incarnation, "OutOfcpu"));
                case 3 -> {
                    if (deadNodes.size() < NODES / 2) {
                        deadNodes.add("n" + random.nextInt(NODES));
                    }
                }
                default -> step(written.step().orElse(0) + random.nextInt(100));
            }
        }

        /** One pass of the operator, which may die at any point of it. */
        void operate() {
            var signals = signals();
            var action = Recovery.next(written, signals, POLICY, now);
            assertThat(Recovery.next(written, signals, POLICY, now)).isEqualTo(action);
            switch (action) {
                case None none -> assertThat(lost()).isEmpty();
                case Wait wait -> {
                    assertThat(wait.until()).isAfter(now);
                    now = wait.until();
                }
                case GiveUp(var reason) -> {
                    assertThat(reason).isNotBlank();
                    givenUp = true;
                }
                case Reform reform -> {
                    check(reform);
                    if (random.nextInt(4) > 0) {
                        write(reform);
                        assertThat(Recovery.next(written, signals, POLICY, now)).isEqualTo(new None());
                        createPods();
                    }
                }
            }
        }

        boolean whole() {
            return lost().isEmpty() && written.nodes().size() == size;
        }

        private void check(Reform reform) {
            assertThat(reform.generation()).isEqualTo(written.generation() + 1);
            assertThat(reform.replaced().containsAll(lost())).isTrue();
            assertThat(reform.restarts()).isBetween(written.restarts(), written.restarts() + 1);
            if (written.scope() == RestartScope.MEMBER) {
                assertThat(reform.replaced()).isEqualTo(lost());
            }
            for (int member = 0; member < size; member++) {
                int next = reform.incarnations().getOrDefault(member, 0);
                assertThat(next - written.incarnation(member))
                        .isEqualTo(reform.replaced().contains(member) ? 1 : 0);
                assertThat(reform.survivors().containsKey(member))
                        .isEqualTo(!reform.replaced().contains(member));
            }
            assertThat(deadNodes.containsAll(reform.avoid().keySet())).isTrue();
            assertThat(reform.survivors().values()).noneMatch(deadNodes::contains);
        }

        private void write(Reform reform) {
            written = new GangState(
                    "g",
                    size,
                    written.scope(),
                    reform.generation(),
                    reform.incarnations(),
                    reform.restarts(),
                    reform.survivors(),
                    written.step(),
                    written.history().plus(reform.faults()));
        }

        private void createPods() {
            var nodes = new TreeMap<>(written.nodes());
            for (int member = 0; member < size; member++) {
                if (!nodes.containsKey(member)) {
                    assertThat(everCreated.add(member + "-" + written.incarnation(member)))
                            .isTrue();
                    broken.remove(member);
                    nodes.put(member, liveNode());
                }
            }
            written = with(nodes, written.step());
        }

        private void step(long step) {
            written = with(written.nodes(), OptionalLong.of(step));
        }

        private GangState with(SortedMap<Integer, String> nodes, OptionalLong step) {
            return new GangState(
                    "g",
                    size,
                    written.scope(),
                    written.generation(),
                    written.incarnations(),
                    written.restarts(),
                    nodes,
                    step,
                    written.history());
        }

        private String liveNode() {
            var live = new ArrayList<String>();
            for (int i = 0; i < NODES; i++) {
                if (!deadNodes.contains("n" + i)) {
                    live.add("n" + i);
                }
            }
            return live.get(random.nextInt(live.size()));
        }

        private SortedSet<Integer> lost() {
            var lost = new TreeSet<>(broken.keySet());
            written.nodes().forEach((member, node) -> {
                if (deadNodes.contains(node)) {
                    lost.add(member);
                }
            });
            return lost;
        }

        private List<Signal> signals() {
            var signals = new ArrayList<>(broken.values());
            deadNodes.forEach(node -> signals.add(new NodeLost(node, "gone")));
            return signals;
        }
    }
}
