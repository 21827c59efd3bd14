package dev.plinth.planner.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueTest {

    @ParameterizedTest
    @CsvSource({
        "NVIDIA-A100-SXM4-80GB, A100-80",
        "NVIDIA-A100-SXM4-40GB, A100-40",
        "NVIDIA-H100-80GB-HBM3, H100",
        "NVIDIA-H200, H200",
        "NVIDIA-B200, B200",
        "NVIDIA-GB200, GB200",
        "NVIDIA-L40S, L40S",
        "NVIDIA-A10, A10",
        "AMD_Instinct_MI300X_OAM, MI300X"
    })
    void the_label_of_a_node_names_an_accelerator(String label, String name) {
        assertThat(Catalogue.standard().recognise(label).map(Accelerator::name)).contains(name);
    }

    @Test
    void what_no_part_of_a_label_names_is_not_guessed() {
        assertThat(Catalogue.standard().recognise("NVIDIA-A100X")).isEmpty();
        assertThat(Catalogue.standard().recognise("Tesla-T4")).isEmpty();
        assertThat(Catalogue.standard().recognise("")).isEmpty();
    }
}
