package dev.plinth.planner.model;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HuggingFaceConfigTest {
    @Test
    void an_unknown_family_is_answered_with_the_nearest_known_one() {
        assertThatThrownBy(() -> Models.read("lama"))
                .isInstanceOf(UnknownModelException.class)
                .hasMessageContaining("'lama' is unknown")
                .hasMessageContaining("nearest known one is 'llama'");
    }

    @Test
    void a_missing_field_is_named() {
        assertThatThrownBy(() -> Models.read("llama", "hidden_size", 4096))
                .hasMessage("config.json has no number 'num_attention_heads'");
    }

    @Test
    void zero_and_absurd_sizes_are_refused() {
        assertThatThrownBy(() -> Models.llama(0, 32, 32, 8, 14_336, 128_256))
                .hasMessageContaining("'hidden_size' is 0");
        assertThatThrownBy(() -> Models.llama(4096, 2_000_000_000, 32, 8, 14_336, 128_256))
                .hasMessageContaining("must be a whole number from 1 to 10000000");
    }

    @Test
    void heads_that_do_not_divide_the_width_are_answered_with_the_nearest_that_do() {
        assertThatThrownBy(() -> Models.llama(4096, 32, 33, 8, 14_336, 128_256))
                .hasMessageContaining("not divisible by 'num_attention_heads' 33")
                .hasMessageContaining("nearest smaller value that divides it is 32");
    }
}
