package dev.plinth.engine.generation;

import java.util.Map;

/**
 * How the next token is drawn.
 *
 * @param temperature scores are divided by it; 0 takes the best token always
 * @param topK draws among so many best tokens; 0 = all
 * @param topP draws among the fewest best tokens whose probabilities reach it; 1 = all (Holtzman et al. 2019,
 *     arXiv:1904.09751)
 * @param minP draws among tokens at least so likely as this times the likeliest; 0 = all (Nguyen et al. 2024,
 *     arXiv:2407.01082)
 * @param repetitionPenalty divides positive scores, multiplies negative ones, of tokens in the prompt or generated (Keskar et
 *     al. 2019, arXiv:1909.05858); 1 = none
 * @param frequencyPenalty taken from a token's score for each time it was generated
 * @param presencePenalty taken from a token's score once it was generated
 * @param bias added to the scores of single tokens
 * @param seed same seed, same request, same text
 */
public record Sampling(
        double temperature,
        int topK,
        double topP,
        double minP,
        double repetitionPenalty,
        double frequencyPenalty,
        double presencePenalty,
        Map<Integer, Double> bias,
        long seed) {
    public Sampling {
        bias = Map.copyOf(bias);
    }

    /** Always the best token. */
    public static Sampling greedy() {
        return new Sampling(0, 0, 1, 0, 1, 0, 0, Map.of(), 0);
    }

    Sampling withSeed(long other) {
        return new Sampling(
                temperature, topK, topP, minP, repetitionPenalty, frequencyPenalty, presencePenalty, bias, other);
    }
}
