package dev.plinth.engine.scheduling;

import dev.plinth.engine.Engine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Decides, step by step, which tokens of which sequences are computed: sequences join and leave between any two steps (Orca,
 * Yu et al. 2022); long prompts are computed in parts beside the others' next tokens (Sarathi-Serve, Agrawal et al. 2024,
 * arXiv:2403.02310); keys and values lie in blocks that equal beginnings share (PagedAttention, Kwon et al. 2023,
 * arXiv:2309.06180); where the end of a text was read before, the tokens that followed then are computed with the next one, on
 * trial (Leviathan et al. 2023, arXiv:2211.17192). A sequence that finds no free block makes the least urgent one give up its own;
 * that one is computed again later, by the same operations as the first time.
 *
 * <p>One caller at a time. The caller alternates {@link #next} and {@link #computed}, and may add, pause and remove sequences
 * between the two.
 */
public final class Scheduler {
    /** The most urgent first: who gives up blocks last. */
    private static final Comparator<Sequence> URGENCY =
            Comparator.<Sequence>comparingInt(s -> -s.claim.priority()).thenComparingLong(s -> s.number);
    /** Who gives up blocks first comes last: the paused before the less urgent. */
    private static final Comparator<Sequence> SACRIFICE =
            Comparator.<Sequence, Boolean>comparing(s -> s.paused).thenComparing(URGENCY);
    /** One part in so many of the queue is for tenants who have no request here yet: others shall not have filled it before. */
    private static final int KEPT_FOR_NEWCOMERS = 8;
    /** Most parts of prompts that a step fetches back: together they take about as long as computing one. */
    private static final int MOST_RESTORED = 4;

    private final Limits limits;
    private final int blockTokens;
    private final int maxSequenceLength;
    private final BlockPool pool;
    private final BlockTier tier;
    private final TenantLedger ledger = new TenantLedger();
    /** Whose prompt is computed next: the most urgent, of the tenant that got least. */
    private final Comparator<Sequence> turn = Comparator.<Sequence>comparingInt(s -> -s.claim.priority())
            .thenComparingLong(s -> ledger.served(s.claim.tenant()))
            .thenComparingLong(s -> s.number);

    private final List<Sequence> waiting = new ArrayList<>();
    private final List<Sequence> running = new ArrayList<>();
    private long arrivals;
    private long preemptions;
    private long prefixQueries;
    private long prefixHits;
    private long restoredTokens;
    private long drafts;
    private long guesses;
    private final long[] rightGuesses = new long[Speculation.MOST_GUESSES];

    /**
     * @param blocks size of the pool; one sequence of the greatest length must fit
     * @param blockTokens tokens a block holds; divides {@link Limits#CHUNK_TOKENS}
     * @param tier keeps what the pool gives away
     */
    public Scheduler(Limits limits, int blocks, int blockTokens, int maxSequenceLength, BlockTier tier) {
        if (Limits.CHUNK_TOKENS % blockTokens != 0) {
            throw new IllegalArgumentException("blocks of " + blockTokens + " tokens do not fill parts of prompts");
        }
        if ((long) blocks * blockTokens < maxSequenceLength) {
            throw new IllegalArgumentException("a pool of %d blocks of %d tokens does not hold a sequence of %d tokens"
                    .formatted(blocks, blockTokens, maxSequenceLength));
        }
        this.limits = limits;
        this.blockTokens = blockTokens;
        this.maxSequenceLength = maxSequenceLength;
        this.pool = new BlockPool(blocks);
        this.tier = tier;
    }

    /** Sequences that a tenant can still add. */
    public int room(String tenant) {
        int free = capacity() - running.size() - waiting.size();
        int common = Math.max(0, free - limits.waiting() / KEPT_FOR_NEWCOMERS);
        if (tenant.isEmpty()) {
            return free;
        }
        return ledger.requests(tenant) == 0 ? Math.min(free, Math.max(1, common)) : common;
    }

    /** Sequences that may run or wait at once. */
    public int capacity() {
        return limits.running() + limits.waiting();
    }

    /** Adds a sequence; nothing if there is no room. */
    public Optional<Sequence> add(List<Integer> prompt, Claim claim) {
        if (prompt.isEmpty() || prompt.size() > maxSequenceLength) {
            throw new IllegalArgumentException(
                    "a prompt must have from 1 to %d tokens, not %d".formatted(maxSequenceLength, prompt.size()));
        }
        if (room(claim.tenant()) <= 0) {
            return Optional.empty();
        }
        ledger.arrive(claim.tenant());
        Sequence sequence = new Sequence(arrivals++, prompt, claim, blockTokens);
        waiting.add(sequence);
        return Optional.of(sequence);
    }

    /** Forgets a sequence and frees its blocks. */
    public void remove(Sequence sequence) {
        free(sequence);
        if (running.remove(sequence) || waiting.remove(sequence)) {
            ledger.leave(sequence.claim.tenant());
        }
    }

    /** A paused sequence keeps its blocks as long as no other needs them, and is not computed. */
    public void pause(Sequence sequence, boolean paused) {
        sequence.paused = paused;
    }

    /** Whether there is anything to compute. */
    public boolean idle() {
        return running.stream().allMatch(sequence -> sequence.paused)
                && waiting.stream().allMatch(s -> s.paused);
    }

    /** Decides the next step; it has no parts if there is nothing to compute. */
    public Step next(long now) {
        List<Sequence> expired = Stream.concat(running.stream(), waiting.stream())
                .filter(sequence -> sequence.claim.deadline() <= now)
                .toList();
        expired.forEach(this::remove);
        return new Planning(expired).step();
    }

    /**
     * A step was computed.
     *
     * @param step as {@link #next} gave it
     */
    public void computed(Step step) {
        for (Step.Part part : step.parts()) {
            Sequence sequence = part.sequence();
            if (sequence.blocks.isEmpty()) {
                continue; // removed meanwhile
            }
            if (part.guess()) {
                drafts += sequence.speculation.computed(part.tokens().getFirst()) == 0 ? 1 : 0;
                guesses++;
                continue;
            }
            sequence.computed = part.end();
            ledger.charge(sequence.claim.tenant(), sequence.charge(part.end()));
            int full = Math.min(sequence.keys.size(), part.end() / blockTokens);
            for (int block = part.position() / blockTokens; block < full; block++) {
                pool.fill(sequence.blocks.get(block), sequence.keys.get(block));
            }
        }
    }

    /** A part was fetched back whole; of one that was not, nothing is said, and it is computed. */
    public void restored(Step.Restore restore) {
        Sequence sequence = restore.sequence();
        if (sequence.blocks.isEmpty() || sequence.computed != restore.position()) {
            return; // removed meanwhile, or what stands before it is missing
        }
        for (int i = 0; i < restore.keys().size(); i++) {
            pool.fill(restore.blocks().get(i), restore.keys().get(i));
        }
        sequence.restored(Limits.CHUNK_TOKENS);
        prefixHits += Limits.CHUNK_TOKENS;
        restoredTokens += Limits.CHUNK_TOKENS;
    }

    /**
     * The next token of a sequence whose {@linkplain Step.Part#last last} part was computed.
     *
     * @return whether it had been guessed: then the sequence's next part in the same step was computed from it, and its scores are
     *     those of the token after this one
     */
    public boolean append(Sequence sequence, int token) {
        sequence.tokens.add(token);
        OptionalInt guess = sequence.speculation.confirm(token, sequence.tokens.size());
        if (guess.isPresent()) {
            sequence.computed = sequence.tokens.size();
            ledger.charge(sequence.claim.tenant(), sequence.charge(sequence.computed));
            rightGuesses[guess.getAsInt()]++;
        }
        return guess.isPresent();
    }

    public int running() {
        return running.size();
    }

    public int waiting() {
        return waiting.size();
    }

    /** Share of the blocks, 0 to 1, that sequences hold. */
    public double usage() {
        return (double) pool.held() / pool.size();
    }

    /** Times a sequence had to give up its blocks. */
    public long preemptions() {
        return preemptions;
    }

    /** Prompt tokens looked up in the pool. */
    public long prefixQueries() {
        return prefixQueries;
    }

    /** Prompt tokens fetched back of what the pool had given away. */
    public long restoredTokens() {
        return restoredTokens;
    }

    /** Prompt tokens found, and not computed. */
    public long prefixHits() {
        return prefixHits;
    }

    /** How guessing has gone. */
    public SpeculationCount speculated() {
        return new SpeculationCount(
                drafts, guesses, Arrays.stream(rightGuesses).boxed().toList());
    }

    /** The earliest moment at which a sequence is over its deadline; {@link Long#MAX_VALUE} if none will be. */
    public long nextDeadline() {
        return Stream.concat(running.stream(), waiting.stream())
                .mapToLong(sequence -> sequence.claim.deadline())
                .min()
                .orElse(Long.MAX_VALUE);
    }

    BlockPool pool() {
        return pool;
    }

    /** All sequences, for a check of the invariants. */
    List<Sequence> sequences() {
        return Stream.concat(running.stream(), waiting.stream()).toList();
    }

    private void free(Sequence sequence) {
        // The end goes first, so that the beginning, which more sequences may share, is given away last.
        sequence.blocks.reversed().forEach(pool::release);
        sequence.blocks.clear();
        sequence.computed = 0;
        sequence.speculation.forget();
    }

    /** One step in the making. */
    private final class Planning {
        private final List<Engine.Copy> copies = new ArrayList<>();
        private final List<Step.Part> parts = new ArrayList<>();
        private final List<Step.Restore> restores = new ArrayList<>();
        private final List<Sequence> expired;
        /** Those that had their turn, or cannot have one in this step. */
        private final Set<Sequence> passed = new HashSet<>();

        Planning(List<Sequence> expired) {
            this.expired = expired;
        }

        Step step() {
            List<Sequence> byUrgency = running.stream().sorted(URGENCY).toList();
            for (Sequence sequence : byUrgency) {
                if (running.contains(sequence) && !sequence.paused && sequence.awaitsToken()) {
                    part(sequence, sequence.computed);
                }
            }
            guess();
            int budget = parts.isEmpty() ? limits.stepTokens() : limits.stepTokensBesideDecoding();
            for (Optional<Sequence> next = next(); budget > 0 && next.isPresent(); next = next()) {
                Sequence sequence = next.get();
                passed.add(sequence);
                if (running.contains(sequence)) {
                    budget = catchUp(sequence, budget);
                } else if (makeRoom(sequence)) {
                    admit(sequence);
                    budget = catchUp(sequence, budget);
                } else {
                    passed.addAll(waiting); // nobody may overtake it
                }
            }
            return new Step(pool.givenAway(), copies, restores, parts, expired);
        }

        /** Whose prompt, or text that is to be computed again, is next. */
        private Optional<Sequence> next() {
            Stream<Sequence> begun = running.stream().filter(sequence -> !sequence.paused && sequence.behind());
            Stream<Sequence> queued = waiting.stream().filter(sequence -> !sequence.paused && !computedNow(sequence));
            return Stream.concat(begun, queued)
                    .filter(sequence -> !passed.contains(sequence))
                    .min(turn);
        }

        /** As many parts of it as the budget holds; gives what is left of that. */
        private int catchUp(Sequence sequence, int budget) {
            if (restorable(sequence, sequence.computed)) {
                return restore(sequence) ? budget : afterGivingUp(budget);
            }
            int left = budget;
            for (int at = sequence.computed; at < sequence.tokens.size(); ) {
                int end = sequence.partEnd(at);
                if (end - at > left) {
                    break;
                }
                if (!part(sequence, at)) {
                    return afterGivingUp(left);
                }
                left -= end - at;
                at = end;
            }
            // A budget that no whole part fits into any more is used up.
            return left < Limits.CHUNK_TOKENS ? 0 : left;
        }

        /** A sequence gave up its own blocks: nothing less urgent shall take them now, unless nothing were done at all. */
        private int afterGivingUp(int budget) {
            return parts.isEmpty() && restores.isEmpty() ? budget : 0;
        }

        /** Has its next parts fetched back, in a step before those that read them; false if it had to give up its own blocks. */
        private boolean restore(Sequence sequence) {
            for (int at = sequence.computed; restores.size() < MOST_RESTORED && restorable(sequence, at); ) {
                int end = at + Limits.CHUNK_TOKENS;
                if (!reserve(sequence, end)) {
                    return false;
                }
                int first = at / blockTokens;
                int last = end / blockTokens;
                restores.add(new Step.Restore(
                        sequence, at, sequence.keys.subList(first, last), sequence.blocks.subList(first, last)));
                at = end;
            }
            return true;
        }

        private boolean restorable(Sequence sequence, int at) {
            int first = at / blockTokens;
            int last = (at + Limits.CHUNK_TOKENS) / blockTokens;
            return at % Limits.CHUNK_TOKENS == 0
                    && last <= sequence.keys.size()
                    && sequence.keys.subList(first, last).stream().allMatch(tier::holds);
        }

        private boolean part(Sequence sequence, int from) {
            int end = sequence.partEnd(from);
            if (!reserve(sequence, end)) {
                return false;
            }
            boolean last = end == sequence.tokens.size();
            List<Integer> blocks = sequence.blocks.subList(0, Math.ceilDiv(end, blockTokens));
            parts.add(new Step.Part(sequence, sequence.tokens.subList(from, end), from, blocks, last, false));
            return true;
        }

        /** Has blocks for its tokens up to a position, if need be those of less urgent ones; false if it had to give up its own. */
        private boolean reserve(Sequence sequence, int end) {
            while (sequence.blocks.size() < Math.ceilDiv(end, blockTokens)) {
                int previous = sequence.blocks.isEmpty() ? -1 : sequence.blocks.getLast();
                OptionalInt block = pool.take(previous);
                if (block.isPresent()) {
                    sequence.blocks.add(block.getAsInt());
                } else if (!preempt(sequence)) {
                    return false;
                }
            }
            return true;
        }

        /** Fills the step up with guesses at what those say next that await a token; guesses cost nobody its blocks. */
        private void guess() {
            for (Step.Part part : List.copyOf(parts)) {
                Sequence sequence = part.sequence();
                int room = Math.min(limits.speculativeRows() - parts.size(), maxSequenceLength - part.end());
                if (!part.last() || room <= 0) {
                    continue;
                }
                int position = part.end();
                for (int token : sequence.speculation.guess(sequence.tokens, room)) {
                    if (!reach(sequence, position)) {
                        break;
                    }
                    List<Integer> blocks = sequence.blocks.subList(0, position / blockTokens + 1);
                    parts.add(new Step.Part(sequence, List.of(token), position++, blocks, true, true));
                }
            }
        }

        /** Whether the sequence has a block for a position, or gets one of which there are enough. */
        private boolean reach(Sequence sequence, int position) {
            if (position / blockTokens < sequence.blocks.size()) {
                return true;
            }
            OptionalInt block =
                    pool.available() > running.size() ? pool.take(sequence.blocks.getLast()) : OptionalInt.empty();
            block.ifPresent(sequence.blocks::add);
            return block.isPresent();
        }

        /** Frees the blocks of the least urgent; false if that is the one in need itself. */
        private boolean preempt(Sequence needy) {
            Sequence victim = running.stream()
                    .filter(sequence -> !sequence.blocks.isEmpty() || sequence == needy)
                    .max(SACRIFICE)
                    .orElse(needy);
            displace(victim);
            return victim != needy;
        }

        private void displace(Sequence victim) {
            preemptions++;
            parts.removeIf(part -> part.sequence() == victim);
            restores.removeIf(restore -> restore.sequence() == victim);
            free(victim);
            running.remove(victim);
            waiting.add(victim);
            passed.add(victim);
        }

        /** Has a place and blocks for a sequence, if need be those of paused and of less urgent ones; false if that is not enough. */
        private boolean makeRoom(Sequence sequence) {
            List<Sequence> weaker = running.stream()
                    .filter(other -> other.paused || other.claim.priority() < sequence.claim.priority())
                    .sorted(SACRIFICE.reversed())
                    .toList();
            long lent = weaker.stream().mapToLong(other -> other.blocks.size()).sum();
            boolean placeable = running.size() - weaker.size() < limits.running();
            if (!placeable || pool.available() + lent < needed(sequence, running.size() - weaker.size())) {
                return false;
            }
            for (Sequence victim : weaker) {
                if (running.size() < limits.running() && pool.available() >= needed(sequence, running.size())) {
                    break;
                }
                displace(victim);
            }
            return true;
        }

        /** Blocks for its tokens, and one to spare for each that runs: an admission shall not at once cost another its blocks. */
        private int needed(Sequence sequence, int beside) {
            return beside == 0 ? 0 : Math.ceilDiv(sequence.tokens.size() + 1, blockTokens) + beside;
        }

        /** Whether a running sequence is about to compute blocks this one could share: better wait than do it twice. */
        private boolean computedNow(Sequence sequence) {
            int known = 0;
            while (known < sequence.keys.size() && pool.knows(sequence.keys.get(known))) {
                known++;
            }
            int first = known;
            return first < sequence.keys.size()
                    && running.stream()
                            .anyMatch(other -> !other.paused
                                    && !other.decoding()
                                    && other.claim.priority() >= sequence.claim.priority()
                                    && first < other.keys.size()
                                    && other.keys.get(first).equals(sequence.keys.get(first)));
        }

        private void admit(Sequence sequence) {
            waiting.remove(sequence);
            running.add(sequence);
            for (BlockKey key : sequence.keys) {
                OptionalInt block = pool.share(key);
                if (block.isEmpty()) {
                    break;
                }
                sequence.blocks.add(block.getAsInt());
            }
            int chunkBlocks = Limits.CHUNK_TOKENS / blockTokens;
            while (sequence.blocks.size() % chunkBlocks != 0) {
                pool.release(sequence.blocks.removeLast());
            }
            sequence.found(sequence.blocks.size() * blockTokens);
            prefixQueries += sequence.promptTokens;
            prefixHits += sequence.cachedTokens();
            settle(sequence);
        }

        /** While the pool is half empty, what is shared is copied once, so that the sequence lies in one piece. */
        private void settle(Sequence sequence) {
            int needed = Math.ceilDiv(sequence.tokens.size() + 1, blockTokens);
            if (sequence.blocks.isEmpty() || pool.empty() - needed < pool.size() / 2) {
                return;
            }
            List<Integer> run = pool.takeRun(needed);
            if (run.isEmpty()) {
                return;
            }
            for (int i = 0; i < sequence.blocks.size(); i++) {
                copies.add(new Engine.Copy(sequence.blocks.get(i), run.get(i)));
                pool.release(sequence.blocks.get(i));
            }
            sequence.blocks.clear();
            sequence.blocks.addAll(run);
        }
    }
}
