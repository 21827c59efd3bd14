package dev.plinth.engine.scheduling;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
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
    /** One part in so many of the queue is for tenants who have no request here yet: others shall not have filled it before. */
    private static final int KEPT_FOR_NEWCOMERS = 8;

    private final Limits limits;
    private final int maxSequenceLength;
    private final Places places;
    private final BlockTier tier;
    private final TenantLedger ledger = new TenantLedger();
    private final StepTimes times = new StepTimes();
    /** Whose prompt is computed next: the most urgent, of the tenant that got least. */
    private final Comparator<Sequence> turn = Comparator.<Sequence>comparingInt(s -> -s.claim.priority())
            .thenComparingLong(s -> ledger.served(s.claim.tenant()))
            .thenComparingLong(s -> s.number);

    private long arrivals;
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
        this.maxSequenceLength = maxSequenceLength;
        this.places = new Places(limits.running(), blocks, blockTokens);
        this.tier = tier;
    }

    /** Sequences that a tenant can still add. */
    public int room(String tenant) {
        int free = capacity() - running() - waiting();
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
        Sequence sequence = new Sequence(arrivals++, prompt, claim, places.blockTokens);
        places.waiting.add(sequence);
        return Optional.of(sequence);
    }

    /** Forgets a sequence and frees its blocks. */
    public void remove(Sequence sequence) {
        if (places.remove(sequence)) {
            ledger.leave(sequence.claim.tenant());
        }
    }

    /** A paused sequence keeps its blocks as long as no other needs them, and is not computed. */
    public void pause(Sequence sequence, boolean paused) {
        sequence.paused = paused;
    }

    /** Whether there is anything to compute. */
    public boolean idle() {
        return all().allMatch(sequence -> sequence.paused);
    }

    /** Decides the next step; it has no parts if there is nothing to compute. */
    public Step next(long now) {
        List<Sequence> expired =
                all().filter(sequence -> sequence.claim.deadline() <= now).toList();
        expired.forEach(this::remove);
        return new Planning(limits, maxSequenceLength, places, tier, times, turn).step(expired);
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
            places.filled(sequence, part.position(), part.end());
        }
    }

    /**
     * How long the engine took to compute a step: the size of later ones is chosen by that.
     *
     * @param nanos by any clock
     */
    public void took(Step step, long nanos) {
        times.took(Work.of(step.parts()), nanos);
    }

    /** A part was fetched back whole; of one that was not, nothing is said, and it is computed. */
    public void restored(Step.Restore restore) {
        Sequence sequence = restore.sequence();
        if (!sequence.blocks.isEmpty() && sequence.computed == restore.position()) {
            places.filled(restore); // else removed meanwhile, or what stands before it is missing
        }
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
        return places.running.size();
    }

    public int waiting() {
        return places.waiting.size();
    }

    /** Share of the blocks, 0 to 1, that sequences hold. */
    public double usage() {
        return (double) places.pool.held() / places.pool.size();
    }

    /** Times a sequence had to give up its blocks. */
    public long preemptions() {
        return places.preemptions();
    }

    /** Prompt tokens looked up in the pool. */
    public long prefixQueries() {
        return places.prefixQueries();
    }

    /** Prompt tokens fetched back of what the pool had given away. */
    public long restoredTokens() {
        return places.restoredTokens();
    }

    /** Prompt tokens found, and not computed. */
    public long prefixHits() {
        return places.prefixHits();
    }

    /** How guessing has gone. */
    public SpeculationCount speculated() {
        return new SpeculationCount(
                drafts, guesses, Arrays.stream(rightGuesses).boxed().toList());
    }

    /** The earliest moment at which a sequence is over its deadline; {@link Long#MAX_VALUE} if none will be. */
    public long nextDeadline() {
        return all().mapToLong(sequence -> sequence.claim.deadline()).min().orElse(Long.MAX_VALUE);
    }

    BlockPool pool() {
        return places.pool;
    }

    /** All sequences, for a check of the invariants. */
    List<Sequence> sequences() {
        return all().toList();
    }

    private Stream<Sequence> all() {
        return Stream.concat(places.running.stream(), places.waiting.stream());
    }
}
