package dev.plinth.engine;

import dev.plinth.engine.tokens.Tokenizer;
import java.util.Optional;
import java.util.Set;

/**
 * A model ready to generate text.
 *
 * @param endTokens ids that end a generated sequence
 * @param chatTemplate Jinja text that turns messages into a prompt, if the model brings one
 * @param beginText the begin token as the template writes it, or empty
 * @param endText the end token as the template writes it, or empty
 */
public record LanguageModel(
        Engine engine,
        Tokenizer tokenizer,
        Set<Integer> endTokens,
        Optional<String> chatTemplate,
        String beginText,
        String endText)
        implements AutoCloseable {
    @Override
    public void close() {
        engine.close();
        tokenizer.close();
    }
}
