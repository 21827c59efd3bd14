package dev.plinth.engine.tokens;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;

/** Text to token ids and back. Thread-safe. */
public interface Tokenizer extends AutoCloseable {
    /** Ids are 0 to this, exclusive. */
    int vocabularySize();

    /** The ids of a text; special tokens written out in it are recognised, none is added. */
    int[] encode(String text);

    /** The ids of a text that begins a sequence: with the begin token in front if the tokenizer is made to add one. */
    default int[] encodeFromBeginning(String text) {
        return encode(text);
    }

    /** The bytes a token stands for; a token may end inside a character. */
    byte[] bytes(int token);

    /** Whether the token marks structure (end of text, turn of a speaker) and is no text. */
    boolean isSpecial(int token);

    /** The id of a token by its exact name, as chat templates and configurations write it. */
    OptionalInt id(String token);

    /** The text of tokens without the special ones; bytes that are no UTF-8 become U+FFFD. */
    default String decode(int... tokens) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int token : tokens) {
            if (!isSpecial(token)) {
                text.writeBytes(bytes(token));
            }
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    @Override
    default void close() {}
}
