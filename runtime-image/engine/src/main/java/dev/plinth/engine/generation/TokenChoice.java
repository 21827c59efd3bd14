package dev.plinth.engine.generation;

import dev.plinth.engine.Engine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A generated token and how likely it was.
 *
 * @param logprob natural logarithm of its probability under the model, before temperature and limits; NaN unless asked for
 * @param alternatives the likeliest tokens at its place, best first; empty unless asked for
 */
public record TokenChoice(int token, double logprob, List<Alternative> alternatives) {
    /** A token that might have stood there. */
    public record Alternative(int token, double logprob) {}

    public TokenChoice {
        alternatives = List.copyOf(alternatives);
    }

    /** @param alternatives how many to name; negative = not even the token's own probability, which costs a look at all scores */
    static TokenChoice of(int token, Engine.Scores scores, int alternatives) {
        return alternatives < 0
                ? new TokenChoice(token, Double.NaN, List.of())
                : of(token, scores.logits(), alternatives);
    }

    static TokenChoice of(int token, float[] logits, int alternatives) {
        double max = logits[Sampler.best(logits)];
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - max);
        }
        double logSum = max + Math.log(sum);
        List<Alternative> best = new ArrayList<>();
        for (int other : best(logits, alternatives)) {
            best.add(new Alternative(other, logits[other] - logSum));
        }
        return new TokenChoice(token, logits[token] - logSum, best);
    }

    private static List<Integer> best(float[] logits, int count) {
        List<Integer> best = new ArrayList<>();
        for (int token = 0; token < logits.length && count > 0; token++) {
            if (best.size() < count || logits[token] > logits[best.getLast()]) {
                best.add(token);
                best.sort(Comparator.comparing((Integer t) -> -logits[t]));
                if (best.size() > count) {
                    best.removeLast();
                }
            }
        }
        return best;
    }
}
