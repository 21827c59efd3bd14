package dev.plinth.controller.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.controller.model.ModelLocation.OnClaim;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelLocationTest {

    @Test
    void a_claim_and_a_path_inside_it_are_read() {
        assertThat(ModelLocation.parse("pvc://shared/tiny/step-600-g1"))
                .contains(new OnClaim("shared", "tiny/step-600-g1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "s3://bucket/key",
                "pvc://",
                "pvc://shared",
                "pvc://shared/",
                "pvc://shared//etc",
                "pvc://Shared/x",
                "pvc://shared/../other",
                "pvc://shared/a/.."
            })
    void everything_else_is_refused(String uri) {
        assertThat(ModelLocation.parse(uri)).isEmpty();
    }
}
