package dev.plinth.planner.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
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

    @Test
    void the_labels_of_an_accelerator_are_those_that_speak_of_it_or_else_those_that_speak_of_nothing_known() {
        var catalogue = Catalogue.standard();
        var h100 = catalogue.get("H100");

        assertThat(catalogue.labels(
                        h100, List.of("NVIDIA-H100-80GB-HBM3", "NVIDIA-H100-PCIe", "Tesla-T4", "NVIDIA-A10")))
                .containsExactly("NVIDIA-H100-80GB-HBM3", "NVIDIA-H100-PCIe");
        assertThat(catalogue.labels(h100, List.of("Tesla-T4", "NVIDIA-A10"))).containsExactly("Tesla-T4");
        assertThat(catalogue.labels(h100, List.of("NVIDIA-A10"))).isEmpty();
    }
}
