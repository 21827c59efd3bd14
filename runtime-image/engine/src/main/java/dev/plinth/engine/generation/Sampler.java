package dev.plinth.engine.generation;

import dev.plinth.engine.Engine;
import dev.plinth.engine.constraint.TokenGrammar;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;

/** Draws the tokens of one sequence. Equal seeds and equal scores give equal tokens. */
final class Sampler {
    /** Infinity, which a penalty of almost nothing would give, has no difference to itself. */
    private static final float HIGHEST = 1e30f;

    private final Sampling sampling;
    private final Set<Integer> prompt;
    private final Optional<TokenGrammar.Follower> text;
    private final SplittableRandom random;
    private final Map<Integer, Integer> timesGenerated = new HashMap<>();

    /**
     * @param prompt its tokens
     * @param text within which grammar the tokens must stay
     */
    Sampler(Sampling sampling, List<Integer> prompt, Optional<TokenGrammar.Follower> text) {
        this.sampling = sampling;
        this.prompt = sampling.repetitionPenalty() == 1 ? Set.of() : Set.copyOf(prompt);
        this.text = text;
        this.random = new SplittableRandom(sampling.seed());
    }

    /** Does beforehand what the next draw will need of the text so far, if it surely will. */
    void prepare() {
        if (!unadjusted()) {
            text.ifPresent(TokenGrammar.Follower::prepare);
        }
    }

    int draw(Engine.Scores scores) {
        int token = unadjusted() && allowed(scores.likeliest()) ? scores.likeliest() : draw(scores.logits());
        text.ifPresent(following -> following.accept(token));
        return token;
    }

    /** Whether the likeliest token is taken, if it is allowed. */
    private boolean unadjusted() {
        return sampling.temperature() == 0 && !penalised() && sampling.bias().isEmpty();
    }

    private boolean allowed(int token) {
        return text.isEmpty() || text.get().allows(token);
    }

    private boolean penalised() {
        return sampling.frequencyPenalty() != 0 || sampling.presencePenalty() != 0 || sampling.repetitionPenalty() != 1;
    }

    /** @param logits one score a token; left as it is */
    int draw(float[] logits) {
        float[] scores = adjusted(logits);
        int best = best(scores);
        if (!Float.isFinite(scores[best])) {
            throw new IllegalStateException("the scores of the next token are no numbers: weights are damaged");
        }
        int token = sampling.temperature() == 0 ? best : drawFrom(probabilities(scores, scores[best]));
        timesGenerated.merge(token, 1, Integer::sum);
        return token;
    }

    private float[] adjusted(float[] logits) {
        if (!penalised() && sampling.bias().isEmpty() && text.isEmpty()) {
            return logits;
        }
        float[] scores = logits.clone();
        if (sampling.repetitionPenalty() != 1) {
            prompt.forEach(token -> repeated(scores, token));
            timesGenerated.keySet().stream()
                    .filter(token -> !prompt.contains(token))
                    .forEach(token -> repeated(scores, token));
        }
        timesGenerated.forEach((token, times) ->
                scores[token] -= (float) (times * sampling.frequencyPenalty() + sampling.presencePenalty()));
        sampling.bias().forEach((token, bias) -> scores[token] += bias.floatValue());
        text.map(TokenGrammar.Follower::allowed).ifPresent(allowed -> {
            for (int token = allowed.nextClearBit(0); token < scores.length; token = allowed.nextClearBit(token + 1)) {
                scores[token] = Float.NEGATIVE_INFINITY;
            }
        });
        return scores;
    }

    private void repeated(float[] scores, int token) {
        double penalty = sampling.repetitionPenalty();
        double changed = scores[token] > 0 ? scores[token] / penalty : scores[token] * penalty;
        scores[token] = (float) Math.min(changed, HIGHEST);
    }

    static int best(float[] scores) {
        int best = 0;
        for (int token = 1; token < scores.length; token++) {
            if (scores[token] > scores[best]) {
                best = token;
            }
        }
        return best;
    }

    private double[] probabilities(float[] scores, double max) {
        double[] probabilities = new double[scores.length];
        double sum = 0;
        for (int token = 0; token < scores.length; token++) {
            double likelihood = Math.exp((scores[token] - max) / sampling.temperature()); // of the likeliest: 1
            probabilities[token] = likelihood < sampling.minP() ? 0 : likelihood;
            sum += probabilities[token];
        }
        for (int token = 0; token < scores.length; token++) {
            probabilities[token] /= sum;
        }
        return probabilities;
    }

    private int drawFrom(double[] probabilities) {
        int[] candidates = candidates(probabilities);
        double sum = 0;
        for (int token : candidates) {
            sum += probabilities[token];
        }
        double point = random.nextDouble() * sum;
        int drawn = candidates[0];
        for (int token : candidates) {
            if (probabilities[token] > 0) {
                drawn = token; // the last of them, if rounding leaves something of the point
                point -= probabilities[token];
            }
            if (point < 0) {
                break;
            }
        }
        return drawn;
    }

    /** The tokens that top-k and then top-p leave. */
    private int[] candidates(double[] probabilities) {
        int[] all = new int[probabilities.length];
        Arrays.setAll(all, token -> token);
        boolean allOfThem = sampling.topK() <= 0 || sampling.topK() >= all.length;
        if (allOfThem && sampling.topP() >= 1) {
            return all;
        }
        int[] bestFirst = bestFirst(probabilities);
        int kept = allOfThem ? bestFirst.length : Math.min(sampling.topK(), bestFirst.length);
        double total = 0;
        for (int i = 0; i < kept; i++) {
            total += probabilities[bestFirst[i]];
        }
        double reached = 0;
        for (int i = 0; i < kept; i++) {
            reached += probabilities[bestFirst[i]];
            if (reached >= sampling.topP() * total) {
                return Arrays.copyOf(bestFirst, i + 1);
            }
        }
        return Arrays.copyOf(bestFirst, kept);
    }

    /** Sorted by probability, then id: the positive float's bits order as the number does, so one long sorts both. */
    private static int[] bestFirst(double[] probabilities) {
        long[] keys = new long[probabilities.length];
        for (int token = 0; token < keys.length; token++) {
            long descending = Integer.MAX_VALUE - Float.floatToRawIntBits((float) probabilities[token]);
            keys[token] = descending << 32 | token;
        }
        Arrays.sort(keys);
        int[] tokens = new int[keys.length];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = (int) keys[i];
        }
        return tokens;
    }
}
