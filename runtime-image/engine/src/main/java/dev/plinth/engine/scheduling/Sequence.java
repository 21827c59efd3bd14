package dev.plinth.engine.scheduling;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A prompt, what was generated after it, and which part of both is in the pool. Its scheduler alone changes it. */
public final class Sequence {
    final Claim claim;
    /** Order of arrival. */
    final long number;

    final int promptTokens;
    /** Prompt and generated tokens. */
    final List<Integer> tokens;
    /** Keys of the prompt's full blocks that lie in whole chunks: what others may share. */
    final List<BlockKey> keys = new ArrayList<>();

    final Speculation speculation = new Speculation();

    final List<Integer> blocks = new ArrayList<>();
    /** Tokens, from the first, whose keys and values are in {@link #blocks}. */
    int computed;

    boolean paused;
    private int cachedTokens;
    /** Tokens, from the first, that its tenant has been charged for or need not pay. */
    private int charged;

    Sequence(long number, List<Integer> prompt, Claim claim, int blockTokens) {
        this.number = number;
        this.claim = claim;
        this.promptTokens = prompt.size();
        this.tokens = new ArrayList<>(prompt);
        BlockKey key = BlockKey.root(claim.salt());
        // The last token must be computed in any case: its scores are wanted.
        int shareable = (promptTokens - 1) / Limits.CHUNK_TOKENS * Limits.CHUNK_TOKENS;
        for (int end = blockTokens; end <= shareable; end += blockTokens) {
            key = key.next(prompt.subList(end - blockTokens, end));
            keys.add(key);
        }
    }

    /** Prompt tokens that were found when it was last admitted, and not computed. */
    public int cachedTokens() {
        return cachedTokens;
    }

    /** All tokens, prompt first. */
    public List<Integer> tokens() {
        return Collections.unmodifiableList(tokens);
    }

    void found(int cached) {
        cachedTokens = cached;
        computed = cached;
        charged = Math.max(charged, cached);
    }

    /** More of it was found elsewhere. */
    void restored(int tokens) {
        cachedTokens += tokens;
        computed += tokens;
        charged = Math.max(charged, computed);
    }

    /** What its tokens up to this one cost its tenant beyond what was charged before: nothing, if they are computed again. */
    long charge(int end) {
        int from = charged;
        charged = Math.max(charged, end);
        return TenantLedger.cost(tokensBefore(charged) - tokensBefore(from), charged - from);
    }

    /** Prompt tokens before a position. */
    private int tokensBefore(int position) {
        return Math.min(position, promptTokens);
    }

    /** Whether its prompt is computed. */
    boolean decoding() {
        return computed >= promptTokens;
    }

    /** Whether only its newest token, a generated one, is to be computed. */
    boolean awaitsToken() {
        return decoding() && computed == tokens.size() - 1;
    }

    /** Whether tokens are to be computed that a step can hold many of: those of its prompt, or generated ones whose keys were given up. */
    boolean behind() {
        return computed < tokens.size() && !awaitsToken();
    }

    /**
     * Where the part that begins at {@code from} ends. A generated token is a part of its own, also when it is computed again, so that it
     * is computed by the same operations as the first time.
     */
    int partEnd(int from) {
        return from >= promptTokens ? from + 1 : Math.min(promptTokens, Limits.partEnd(from));
    }
}
