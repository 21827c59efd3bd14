package dev.plinth.engine.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.engine.Engine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.WeakHashMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Random requests against a pool that notes who wrote what where. */
class SchedulerPropertyTest {
    private static final int BLOCK = 16;
    private static final int LONGEST = 256;

    @Property(tries = 200)
    void everyPartReadsWhatItsOwnSequenceWroteAndNothingIsLostOrLeaks(
            @ForAll long seed,
            @ForAll @IntRange(min = 16, max = 80) int blocks,
            @ForAll @IntRange(min = 1, max = 9) int running) {
        World world = new World(seed, blocks, running);
        world.serve(40);
        world.assertEmpty();
    }

    @Test
    void nothingLeaksOverAHundredThousandRequests() {
        World world = new World(1, 64, 8);
        world.serve(100_000);
        world.assertEmpty();
        assertThat(world.scheduler.preemptions()).isPositive();
        assertThat(world.scheduler.prefixHits()).isPositive();
        assertThat(world.scheduler.restoredTokens()).isPositive();
        assertThat(world.scheduler.speculated().allRight()).isPositive();
    }

    /**
     * The bound of Sheng et al. 2024: between tenants that always have requests the difference of what they got is at most twice what
     * fits into the pool, by weight, whatever their requests look like and however many they are.
     */
    @Property(tries = 30)
    void tenantsThatAlwaysHaveRequestsGetTheSame(@ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int running) {
        Flood flood = new Flood(seed, running);

        for (int step = 0; step < 4000; step++) {
            flood.step();
        }

        long bound = 2 * 2L * Flood.BLOCKS * BLOCK;
        assertThat(flood.got.values().stream().mapToLong(Long::longValue).min().orElseThrow())
                .isGreaterThan(flood.got.values().stream()
                                .mapToLong(Long::longValue)
                                .max()
                                .orElseThrow()
                        - bound)
                .isGreaterThan(bound);
    }

    @Property(tries = 30)
    void nobodyStarvesBesideAFlood(@ForAll long seed, @ForAll @IntRange(min = 1, max = 6) int running) {
        Flood flood = new Flood(seed, running);
        for (int step = 0; step < 500; step++) {
            flood.step();
        }
        Sequence newcomer = flood.add("newcomer", 100, 20);

        for (int step = 0; step < 500 && flood.left.containsKey(newcomer); step++) {
            flood.step();
        }

        assertThat(flood.left).doesNotContainKey(newcomer);
    }

    /** Three tenants who send more than can be computed, of different size and number. */
    private static final class Flood {
        private static final int BLOCKS = 40;
        private final Random random;
        private final Scheduler scheduler;
        private final Map<Sequence, Integer> left = new HashMap<>();
        private final Map<String, Long> got = new HashMap<>();

        Flood(long seed, int running) {
            random = new Random(seed);
            scheduler = new Scheduler(new Limits(running, 200, 128, 32, 2, 0), BLOCKS, BLOCK, LONGEST, BlockTier.NONE);
        }

        void step() {
            for (int tenant = 1; tenant <= 3; tenant++) {
                String name = "tenant" + tenant;
                long has = left.keySet().stream()
                        .filter(sequence -> sequence.claim.tenant().equals(name))
                        .count();
                for (long i = has; i < tenant * 8; i++) {
                    add(name, 1 + random.nextInt(tenant * 60), 1 + random.nextInt(240 / (tenant * 4)));
                }
            }
            Step step = scheduler.next(0);
            scheduler.computed(step);
            for (Step.Part part : step.parts()) {
                Sequence sequence = part.sequence();
                if (part.last()) {
                    scheduler.append(sequence, random.nextInt(50));
                    if (left.merge(sequence, -1, Integer::sum) == 0) {
                        // What it got in the end, not what it took on the way: recomputation is nobody's fault.
                        long cost = TenantLedger.cost(
                                sequence.promptTokens, sequence.tokens().size() - 1);
                        got.merge(sequence.claim.tenant(), cost - sequence.cachedTokens(), Long::sum);
                        left.remove(sequence);
                        scheduler.remove(sequence);
                    }
                }
            }
        }

        Sequence add(String tenant, int promptTokens, int answerTokens) {
            List<Integer> prompt =
                    random.ints(promptTokens, 0, 1_000_000).boxed().toList();
            Sequence added = scheduler
                    .add(prompt, new Claim(tenant, "", 0, Long.MAX_VALUE))
                    .orElseThrow();
            left.put(added, answerTokens);
            return added;
        }
    }

    /** A scheduler, an engine that only notes contents, and users that add, pause and cancel at random. */
    private static final class World {
        private final Random random;
        private final Scheduler scheduler;
        private final Map<Sequence, Integer> wanted = new HashMap<>();
        /** What lies in each slot: the tokens up to it, as a hash. */
        private final long[] slots;

        /** What the pool gave away. */
        private final Map<BlockKey, long[]> kept = new HashMap<>();

        private final Map<Sequence, List<Long>> contents = new WeakHashMap<>();
        private long now;

        World(long seed, int blocks, int running) {
            random = new Random(seed);
            scheduler = new Scheduler(new Limits(running, 5, 128, 32, 2, 8), blocks, BLOCK, LONGEST, kept::containsKey);
            slots = new long[blocks * BLOCK];
        }

        void serve(int requests) {
            int left = requests;
            while (left > 0 || !wanted.isEmpty()) {
                if (left > 0 && random.nextInt(3) == 0) {
                    left -= add();
                }
                disturb();
                Step step = scheduler.next(now++);
                // Work conserving: who could be computed is never left alone with an idle engine.
                assertThat(step.empty()).isEqualTo(scheduler.idle());
                step.expired()
                        .forEach(sequence -> assertThat(wanted.remove(sequence)).isNotNull());
                step.saves().forEach(this::keep);
                compute(step);
                if (random.nextInt(20) == 0) {
                    wanted.keySet().stream().findAny().ifPresent(this::cancel); // while the step is computed
                }
                step.restores().forEach(this::fetchBack);
                scheduler.took(step, 1 + random.nextInt(1000));
                scheduler.computed(step);
                answer(step);
                assertInvariants();
            }
        }

        private int add() {
            List<Integer> prompt = new ArrayList<>();
            int shared = random.nextInt(4); // one of a few beginnings
            int begin = random.nextInt(100);
            int length = 1 + begin + random.nextInt(80);
            for (int i = 0; i < length; i++) {
                prompt.add(i < begin ? shared : random.nextInt(50));
            }
            Claim claim = new Claim(
                    "tenant" + random.nextInt(3),
                    "salt" + random.nextInt(3),
                    random.nextInt(2),
                    random.nextInt(10) == 0 ? now + random.nextInt(30) : Long.MAX_VALUE);
            Optional<Sequence> added = scheduler.add(prompt, claim);
            added.ifPresent(sequence -> wanted.put(sequence, 1 + random.nextInt(60)));
            return 1;
        }

        private void disturb() {
            for (Sequence sequence : List.copyOf(wanted.keySet())) {
                scheduler.pause(sequence, random.nextInt(10) == 0);
            }
        }

        private void cancel(Sequence sequence) {
            scheduler.remove(sequence);
            wanted.remove(sequence);
        }

        private void compute(Step step) {
            for (Engine.Copy copy : step.copies()) {
                System.arraycopy(slots, copy.from() * BLOCK, slots, copy.to() * BLOCK, BLOCK);
            }
            Map<Sequence, List<Integer>> texts = new HashMap<>(); // with guesses
            for (Step.Part part : step.parts()) {
                assertThat(part.position()).isLessThan(part.end());
                List<Integer> text = texts.computeIfAbsent(
                        part.sequence(),
                        sequence -> new ArrayList<>(sequence.tokens().subList(0, part.position())));
                assertThat(text).hasSize(part.position());
                text.addAll(part.tokens());
                for (int i = part.position(); i < part.end(); i++) {
                    slots[slot(part, i)] = contentOf(part.sequence(), text, i);
                }
            }
            // Rows of a step write before any reads; so all of it must still be there.
            for (Step.Part part : step.parts()) {
                List<Integer> text = Objects.requireNonNull(texts.get(part.sequence()));
                for (int i = 0; i < part.end(); i++) {
                    assertThat(slots[slot(part, i)]).isEqualTo(contentOf(part.sequence(), text, i));
                }
            }
        }

        /** Nobody remembers everything. */
        private void keep(int block, BlockKey key) {
            if (random.nextInt(5) > 0) {
                kept.put(key, Arrays.copyOfRange(slots, block * BLOCK, (block + 1) * BLOCK));
            }
        }

        private void fetchBack(Step.Restore restore) {
            assertThat(restore.sequence().computed).isLessThanOrEqualTo(restore.position());
            if (random.nextInt(10) == 0) {
                restore.keys().forEach(kept::remove); // found to be damaged
            }
            if (!kept.keySet().containsAll(restore.keys())) {
                return;
            }
            for (int i = 0; i < restore.keys().size(); i++) {
                long[] content = Objects.requireNonNull(kept.get(restore.keys().get(i)));
                System.arraycopy(content, 0, slots, restore.blocks().get(i) * BLOCK, BLOCK);
            }
            scheduler.restored(restore);
        }

        private static int slot(Step.Part part, int position) {
            return part.blocks().get(position / BLOCK) * BLOCK + position % BLOCK;
        }

        /** Stands for keys and values of the token at a position, which depend on all tokens before and on how they were cut. */
        private long contentOf(Sequence sequence, List<Integer> text, int position) {
            List<Long> known = contents.computeIfAbsent(sequence, s -> new ArrayList<>());
            int certain = Math.min(position + 1, sequence.tokens().size());
            for (int i = known.size(); i < certain; i++) {
                known.add(followed(
                        sequence,
                        i == 0 ? 0 : known.get(i - 1),
                        sequence.tokens().get(i)));
            }
            long content = known.get(certain - 1);
            for (int i = certain; i <= position; i++) {
                content = followed(sequence, content, text.get(i));
            }
            return content * 31 + sequence.partEnd(position);
        }

        private static long followed(Sequence sequence, long before, int token) {
            return (before + sequence.claim.salt().hashCode()) * 31 + token;
        }

        /** Two tokens of three are as guessed, if there was a guess. */
        private void answer(Step step) {
            Set<Sequence> done = new HashSet<>();
            List<Step.Part> answered =
                    step.parts().stream().filter(Step.Part::last).toList();
            for (int i = 0; i < answered.size(); i++) {
                Sequence sequence = answered.get(i).sequence();
                if (!wanted.containsKey(sequence) || done.contains(sequence)) {
                    continue; // cancelled meanwhile, or guessed wrong
                }
                boolean guessed = i + 1 < answered.size() && answered.get(i + 1).sequence() == sequence;
                int token = guessed && random.nextInt(3) > 0
                        ? answered.get(i + 1).tokens().getFirst()
                        : random.nextInt(50);
                if (!scheduler.append(sequence, token)) {
                    done.add(sequence);
                }
                if (wanted.get(sequence) == 1 || sequence.tokens().size() == LONGEST) {
                    cancel(sequence);
                } else {
                    wanted.merge(sequence, -1, Integer::sum);
                }
            }
        }

        private void assertInvariants() {
            BlockPool pool = scheduler.pool();
            int[] holders = new int[pool.size()];
            Set<Integer> held = new HashSet<>();
            for (Sequence sequence : scheduler.sequences()) {
                for (int block : sequence.blocks) {
                    holders[block]++;
                    held.add(block);
                }
            }
            for (int block = 0; block < pool.size(); block++) {
                if (pool.holders(block) != holders[block]) {
                    throw new AssertionError("block " + block + " has " + holders[block] + " holders, counted as "
                            + pool.holders(block));
                }
            }
            if (pool.held() != held.size()) {
                throw new AssertionError(pool.held() + " blocks are counted as held, not " + held.size());
            }
            for (Sequence sequence : scheduler.sequences()) {
                for (int i = sequence.computed / BLOCK; i < sequence.blocks.size(); i++) {
                    if (pool.holders(sequence.blocks.get(i)) != 1) {
                        throw new AssertionError("a block that is still to be written is shared");
                    }
                }
            }
        }

        void assertEmpty() {
            assertThat(scheduler.running() + scheduler.waiting()).isZero();
            assertThat(scheduler.pool().available()).isEqualTo(scheduler.pool().size());
            assertThat(scheduler.usage()).isZero();
        }
    }
}
