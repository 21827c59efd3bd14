package dev.plinth.engine.scheduling;

import dev.plinth.engine.Engine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** One step in the making: the next token of all who await one, guesses behind them, and parts of prompts as far as they may delay those. */
final class Planning {
    /** Most parts of prompts that a step fetches back: together they take about as long as computing one. */
    private static final int MOST_RESTORED = 4;

    private final Limits limits;
    private final int maxSequenceLength;
    private final Places places;
    private final BlockTier tier;
    private final StepTimes times;
    private final Comparator<Sequence> turn;

    private final List<Engine.Copy> copies = new ArrayList<>();
    private final List<Step.Part> parts = new ArrayList<>();
    private final List<Step.Restore> restores = new ArrayList<>();
    /** Those that had their turn, or cannot have one in this step. */
    private final Set<Sequence> passed = new HashSet<>();

    /** @param turn whose prompt comes first */
    Planning(
            Limits limits,
            int maxSequenceLength,
            Places places,
            BlockTier tier,
            StepTimes times,
            Comparator<Sequence> turn) {
        this.limits = limits;
        this.maxSequenceLength = maxSequenceLength;
        this.places = places;
        this.tier = tier;
        this.times = times;
        this.turn = turn;
    }

    Step step(List<Sequence> expired) {
        List<Sequence> byUrgency =
                places.running.stream().sorted(Places.URGENCY).toList();
        for (Sequence sequence : byUrgency) {
            if (places.running.contains(sequence) && !sequence.paused && sequence.awaitsToken()) {
                part(sequence, sequence.computed);
            }
        }
        guess();
        PromptBudget budget = new PromptBudget(limits, times, Work.of(parts));
        for (Optional<Sequence> next = next(); budget.open() && next.isPresent(); next = next()) {
            Sequence sequence = next.get();
            passed.add(sequence);
            if (places.running.contains(sequence)) {
                catchUp(sequence, budget);
            } else if (places.makeRoom(sequence, this::displaced)) {
                copies.addAll(places.admit(sequence));
                catchUp(sequence, budget);
            } else {
                passed.addAll(places.waiting); // nobody may overtake it
            }
        }
        return new Step(places.pool.givenAway(), copies, restores, parts, expired);
    }

    /** Whose prompt, or text that is to be computed again, is next. */
    private Optional<Sequence> next() {
        Stream<Sequence> begun = places.running.stream().filter(sequence -> !sequence.paused && sequence.behind());
        Stream<Sequence> queued =
                places.waiting.stream().filter(sequence -> !sequence.paused && !places.computedNow(sequence));
        return Stream.concat(begun, queued)
                .filter(sequence -> !passed.contains(sequence))
                .min(turn);
    }

    /** As many parts of it as the budget holds. */
    private void catchUp(Sequence sequence, PromptBudget budget) {
        if (restorable(sequence, sequence.computed)) {
            if (!restore(sequence)) {
                gaveUp(budget);
            }
            return;
        }
        for (int at = sequence.computed; at < sequence.tokens.size(); ) {
            int end = sequence.partEnd(at);
            if (!budget.take(at, end)) {
                return;
            }
            if (!part(sequence, at)) {
                gaveUp(budget);
                return;
            }
            at = end;
        }
    }

    /** A sequence gave up its own blocks: nothing less urgent shall take them now, unless nothing were done at all. */
    private void gaveUp(PromptBudget budget) {
        if (!parts.isEmpty() || !restores.isEmpty()) {
            budget.close();
        }
    }

    /** Has its next parts fetched back, in a step before those that read them; false if it had to give up its own blocks. */
    private boolean restore(Sequence sequence) {
        for (int at = sequence.computed; restores.size() < MOST_RESTORED && restorable(sequence, at); ) {
            int end = at + Limits.CHUNK_TOKENS;
            if (!places.reserve(sequence, end, this::displaced)) {
                return false;
            }
            int first = at / places.blockTokens;
            int last = end / places.blockTokens;
            restores.add(new Step.Restore(
                    sequence, at, sequence.keys.subList(first, last), sequence.blocks.subList(first, last)));
            at = end;
        }
        return true;
    }

    private boolean restorable(Sequence sequence, int at) {
        int first = at / places.blockTokens;
        int last = (at + Limits.CHUNK_TOKENS) / places.blockTokens;
        return at % Limits.CHUNK_TOKENS == 0
                && last <= sequence.keys.size()
                && sequence.keys.subList(first, last).stream().allMatch(tier::holds);
    }

    private boolean part(Sequence sequence, int from) {
        int end = sequence.partEnd(from);
        if (!places.reserve(sequence, end, this::displaced)) {
            return false;
        }
        boolean last = end == sequence.tokens.size();
        List<Integer> blocks = sequence.blocks.subList(0, Math.ceilDiv(end, places.blockTokens));
        parts.add(new Step.Part(sequence, sequence.tokens.subList(from, end), from, blocks, last, false));
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
                if (!places.reach(sequence, position)) {
                    break;
                }
                List<Integer> blocks = sequence.blocks.subList(0, position / places.blockTokens + 1);
                parts.add(new Step.Part(sequence, List.of(token), position++, blocks, true, true));
            }
        }
    }

    private void displaced(Sequence victim) {
        parts.removeIf(part -> part.sequence() == victim);
        restores.removeIf(restore -> restore.sequence() == victim);
        passed.add(victim);
    }
}
