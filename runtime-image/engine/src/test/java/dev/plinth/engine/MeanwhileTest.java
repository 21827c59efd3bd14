package dev.plinth.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class MeanwhileTest {
    @Test
    void theResultIsThatOfTheWork() throws Exception {
        assertThat(Meanwhile.begin(() -> "tokenizer").end()).isEqualTo("tokenizer");
    }

    @Test
    void whatTheWorkThrowsIsThrownAsItIs() {
        Meanwhile<String> unreadable = Meanwhile.begin(() -> {
            throw new IOException("the tokenizer is damaged");
        });
        Meanwhile<String> unsupported = Meanwhile.begin(() -> {
            throw new IllegalArgumentException("its kind is not supported");
        });

        assertThatThrownBy(unreadable::end).isInstanceOf(IOException.class).hasMessage("the tokenizer is damaged");
        assertThatThrownBy(unsupported::end)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("its kind is not supported");
    }
}
