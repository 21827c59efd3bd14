package dev.plinth.engine.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TokenizerTest {
    private static final String TEXT = "Grüße, 世界 👋\n\t\u0000!";

    @Test
    void bytesAreTheirOwnIds() {
        try (Tokenizer bytes = new ByteTokenizer()) {
            assertThat(bytes.encode("aé")).containsExactly('a', 0xC3, 0xA9);
            assertThat(bytes.decode(bytes.encode(TEXT))).isEqualTo(TEXT);
        }
    }

    @Test
    void theTokenizerJsonOfBytesGivesTheSameIds() throws Exception {
        try (Tokenizer bytes = new ByteTokenizer();
                Tokenizer json = JsonTokenizer.of(ByteTokenizer.toJson())) {
            assertThat(json.vocabularySize()).isEqualTo(256);
            assertThat(json.encode(TEXT)).isEqualTo(bytes.encode(TEXT));
            for (int token = 0; token < 256; token++) {
                assertThat(json.bytes(token)).isEqualTo(bytes.bytes(token));
            }
        }
    }

    @Test
    void mergesJoinBytesAndSpecialTokensAreFoundButAreNoText() throws Exception {
        var bpe = new ByteLevelBpe(
                List.of("a", "b", "Ġ", "ab", "Ġab", "<end>"),
                List.of("a b", "Ġ ab"),
                List.of(new ByteLevelBpe.Added(5, "<end>", true)),
                Optional.of(ByteLevelBpe.PreTokenizer.GPT2));
        try (Tokenizer tokenizer = JsonTokenizer.of(bpe.toJson())) {
            assertThat(tokenizer.encode("ab ab<end>a")).containsExactly(3, 4, 5, 0);
            assertThat(tokenizer.id("<end>")).hasValue(5);
            assertThat(tokenizer.isSpecial(5)).isTrue();
            assertThat(tokenizer.decode(3, 4, 5, 0)).isEqualTo("ab aba");
        }
    }

    @Test
    void anotherKindOfTokenizerIsRefusedByName() {
        assertThatThrownBy(() -> JsonTokenizer.of("{\"model\": {\"type\": \"WordLevel\", \"vocab\": {}}}"))
                .isInstanceOf(IOException.class)
                .hasMessage("tokenizer.json holds a WordLevel model; only BPE, WordPiece and Unigram are supported");
    }
}
