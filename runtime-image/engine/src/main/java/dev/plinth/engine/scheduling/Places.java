package dev.plinth.engine.scheduling;

import dev.plinth.engine.Engine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * Which sequences run and which wait, and whose the blocks are. Who needs a place or blocks gets those of less urgent ones, which wait
 * again and are computed once more later.
 */
final class Places {
    /** The most urgent first: who gives up blocks last. */
    static final Comparator<Sequence> URGENCY =
            Comparator.<Sequence>comparingInt(s -> -s.claim.priority()).thenComparingLong(s -> s.number);
    /** Who gives up blocks first comes last: the paused before the less urgent. */
    private static final Comparator<Sequence> SACRIFICE =
            Comparator.<Sequence, Boolean>comparing(s -> s.paused).thenComparing(URGENCY);

    final List<Sequence> waiting = new ArrayList<>();
    final List<Sequence> running = new ArrayList<>();
    final BlockPool pool;
    final int blockTokens;
    private final int most;
    private long preemptions;
    private long prefixQueries;
    private long prefixHits;
    private long restoredTokens;

    /** @param most sequences that may run */
    Places(int most, int blocks, int blockTokens) {
        this.most = most;
        this.blockTokens = blockTokens;
        this.pool = new BlockPool(blocks);
    }

    long preemptions() {
        return preemptions;
    }

    long prefixQueries() {
        return prefixQueries;
    }

    long prefixHits() {
        return prefixHits;
    }

    long restoredTokens() {
        return restoredTokens;
    }

    /** Frees its blocks; gives whether it was here. */
    boolean remove(Sequence sequence) {
        free(sequence);
        return running.remove(sequence) || waiting.remove(sequence);
    }

    /** A part was computed: its blocks that are full now can be found by others. */
    void filled(Sequence sequence, int from, int end) {
        int full = Math.min(sequence.keys.size(), end / blockTokens);
        for (int block = from / blockTokens; block < full; block++) {
            pool.fill(sequence.blocks.get(block), sequence.keys.get(block));
        }
    }

    /** A part was fetched back. */
    void filled(Step.Restore restore) {
        for (int i = 0; i < restore.keys().size(); i++) {
            pool.fill(restore.blocks().get(i), restore.keys().get(i));
        }
        restore.sequence().restored(Limits.CHUNK_TOKENS);
        prefixHits += Limits.CHUNK_TOKENS;
        restoredTokens += Limits.CHUNK_TOKENS;
    }

    /**
     * Has blocks for a sequence's tokens up to a position, if need be those of less urgent ones.
     *
     * @param displaced hears who lost blocks and place
     * @return false if it had to give up its own
     */
    boolean reserve(Sequence sequence, int end, Consumer<Sequence> displaced) {
        while (sequence.blocks.size() < Math.ceilDiv(end, blockTokens)) {
            int previous = sequence.blocks.isEmpty() ? -1 : sequence.blocks.getLast();
            OptionalInt block = pool.take(previous);
            if (block.isPresent()) {
                sequence.blocks.add(block.getAsInt());
            } else if (!preempt(sequence, displaced)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the sequence has a block for a position, or gets one of which there are enough. */
    boolean reach(Sequence sequence, int position) {
        if (position / blockTokens < sequence.blocks.size()) {
            return true;
        }
        OptionalInt block =
                pool.available() > running.size() ? pool.take(sequence.blocks.getLast()) : OptionalInt.empty();
        block.ifPresent(sequence.blocks::add);
        return block.isPresent();
    }

    /** Has a place and blocks for a sequence, if need be those of paused and of less urgent ones; false if that is not enough. */
    boolean makeRoom(Sequence sequence, Consumer<Sequence> displaced) {
        List<Sequence> weaker = running.stream()
                .filter(other -> other.paused || other.claim.priority() < sequence.claim.priority())
                .sorted(SACRIFICE.reversed())
                .toList();
        long lent = weaker.stream().mapToLong(other -> other.blocks.size()).sum();
        boolean placeable = running.size() - weaker.size() < most;
        if (!placeable || pool.available() + lent < needed(sequence, running.size() - weaker.size())) {
            return false;
        }
        for (Sequence victim : weaker) {
            if (running.size() < most && pool.available() >= needed(sequence, running.size())) {
                break;
            }
            displace(victim, displaced);
        }
        return true;
    }

    /** Whether a running sequence is about to compute blocks this one could share: better wait than do it twice. */
    boolean computedNow(Sequence sequence) {
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

    /** Lets a sequence run, with the blocks of its beginning that are found; gives what is to be copied for it. */
    List<Engine.Copy> admit(Sequence sequence) {
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
        return settle(sequence);
    }

    /** While the pool is half empty, what is shared is copied once, so that the sequence lies in one piece. */
    private List<Engine.Copy> settle(Sequence sequence) {
        int needed = Math.ceilDiv(sequence.tokens.size() + 1, blockTokens);
        if (sequence.blocks.isEmpty() || pool.empty() - needed < pool.size() / 2) {
            return List.of();
        }
        List<Integer> run = pool.takeRun(needed);
        if (run.isEmpty()) {
            return List.of();
        }
        List<Engine.Copy> copies = new ArrayList<>();
        for (int i = 0; i < sequence.blocks.size(); i++) {
            copies.add(new Engine.Copy(sequence.blocks.get(i), run.get(i)));
            pool.release(sequence.blocks.get(i));
        }
        sequence.blocks.clear();
        sequence.blocks.addAll(run);
        return copies;
    }

    /** Frees the blocks of the least urgent; false if that is the one in need itself. */
    private boolean preempt(Sequence needy, Consumer<Sequence> displaced) {
        Sequence victim = running.stream()
                .filter(sequence -> !sequence.blocks.isEmpty() || sequence == needy)
                .max(SACRIFICE)
                .orElse(needy);
        displace(victim, displaced);
        return victim != needy;
    }

    private void displace(Sequence victim, Consumer<Sequence> displaced) {
        preemptions++;
        free(victim);
        running.remove(victim);
        waiting.add(victim);
        displaced.accept(victim);
    }

    /** Blocks for its tokens, and one to spare for each that runs: an admission shall not at once cost another its blocks. */
    private int needed(Sequence sequence, int beside) {
        return beside == 0 ? 0 : Math.ceilDiv(sequence.tokens.size() + 1, blockTokens) + beside;
    }

    private void free(Sequence sequence) {
        // The end goes first, so that the beginning, which more sequences may share, is given away last.
        sequence.blocks.reversed().forEach(pool::release);
        sequence.blocks.clear();
        sequence.computed = 0;
        sequence.speculation.forget();
    }
}
