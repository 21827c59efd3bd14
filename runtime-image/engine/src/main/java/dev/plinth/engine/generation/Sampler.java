package dev.plinth.engine.generation;

import dev.plinth.engine.Engine;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/** Draws the tokens of one sequence. Equal seeds and equal scores give equal tokens. */
final class Sampler {
    private final Sampling sampling;
    private final SplittableRandom random;
    private final Map<Integer, Integer> timesGenerated = new HashMap<>();

    Sampler(Sampling sampling) {
        this.sampling = sampling;
        this.random = new SplittableRandom(sampling.seed());
    }

    int draw(Engine.Scores scores) {
        boolean best = sampling.temperature() == 0
                && sampling.frequencyPenalty() == 0
                && sampling.presencePenalty() == 0
                && sampling.bias().isEmpty();
        return best ? scores.likeliest() : draw(scores.logits());
    }

    /** @param logits one score a token; left as it is */
    int draw(float[] logits) {
        float[] scores = adjusted(logits);
        int token = sampling.temperature() == 0 ? best(scores) : drawFrom(probabilities(scores));
        timesGenerated.merge(token, 1, Integer::sum);
        return token;
    }

    private float[] adjusted(float[] logits) {
        boolean penalised = sampling.frequencyPenalty() != 0 || sampling.presencePenalty() != 0;
        if (!penalised && sampling.bias().isEmpty()) {
            return logits;
        }
        float[] scores = logits.clone();
        if (penalised) {
            timesGenerated.forEach((token, times) ->
                    scores[token] -= (float) (times * sampling.frequencyPenalty() + sampling.presencePenalty()));
        }
        sampling.bias().forEach((token, bias) -> scores[token] += bias.floatValue());
        return scores;
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

    private double[] probabilities(float[] scores) {
        double max = scores[best(scores)];
        double[] probabilities = new double[scores.length];
        double sum = 0;
        for (int token = 0; token < scores.length; token++) {
            probabilities[token] = Math.exp((scores[token] - max) / sampling.temperature());
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
        for (int token : candidates) {
            point -= probabilities[token];
            if (point < 0) {
                return token;
            }
        }
        return candidates[candidates.length - 1]; // rounding
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
