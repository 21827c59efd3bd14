package dev.plinth.engine.generation;

import dev.plinth.engine.adapter.Adapter;
import dev.plinth.engine.constraint.TokenGrammar;
import dev.plinth.engine.scheduling.Claim;
import java.util.List;
import java.util.Optional;

/**
 * What to generate.
 *
 * @param prompt at least one token
 * @param maxTokens most new tokens, at least one
 * @param stops texts before which the output ends; they are not part of it
 * @param alternatives how many likeliest tokens to name beside each generated one; -1 = no probabilities are asked for
 * @param ignoreEnd whether to go on after an end token, as benchmarks do
 * @param claim whose request it is
 * @param grammar within which the text must stay
 * @param adapter that changes the model for it
 */
public record GenerationRequest(
        List<Integer> prompt,
        int maxTokens,
        Sampling sampling,
        List<String> stops,
        int alternatives,
        boolean ignoreEnd,
        Claim claim,
        Optional<TokenGrammar> grammar,
        Optional<Adapter> adapter) {
    public GenerationRequest {
        prompt = List.copyOf(prompt);
        stops = List.copyOf(stops);
        if (prompt.isEmpty()) {
            throw new IllegalArgumentException("the prompt is empty");
        }
        if (maxTokens < 1) {
            throw new IllegalArgumentException("at least one token must be generated, not " + maxTokens);
        }
    }

    /** Any text of the model as it is. */
    public GenerationRequest(
            List<Integer> prompt,
            int maxTokens,
            Sampling sampling,
            List<String> stops,
            int alternatives,
            boolean ignoreEnd,
            Claim claim) {
        this(prompt, maxTokens, sampling, stops, alternatives, ignoreEnd, claim, Optional.empty(), Optional.empty());
    }

    /** The same request with other random choices; the first (0) is the request itself. */
    public GenerationRequest variant(int index) {
        Sampling other = sampling.withSeed(sampling.seed() + index);
        return new GenerationRequest(prompt, maxTokens, other, stops, alternatives, ignoreEnd, claim, grammar, adapter);
    }
}
