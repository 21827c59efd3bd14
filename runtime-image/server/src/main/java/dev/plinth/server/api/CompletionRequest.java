package dev.plinth.server.api;

import dev.plinth.engine.generation.GenerationRequest;
import java.util.List;

/**
 * A request that was understood.
 *
 * @param choices what to generate, one a choice of the answer: n for the first prompt, n for the second, …
 * @param choicesAPrompt n
 * @param promptTokens tokens of all prompts, each counted once
 * @param includeUsage whether a stream ends with the token counts
 * @param logprobs whether each token's log-probability is told
 * @param tools what the model may call
 */
record CompletionRequest(
        Endpoint endpoint,
        List<GenerationRequest> choices,
        int choicesAPrompt,
        int promptTokens,
        boolean stream,
        boolean includeUsage,
        boolean logprobs,
        Tools tools) {
    /** The two ways to ask. */
    enum Endpoint {
        CHAT,
        TEXT
    }

    CompletionRequest {
        choices = List.copyOf(choices);
    }
}
