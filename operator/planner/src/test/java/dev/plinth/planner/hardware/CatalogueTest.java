package dev.plinth.planner.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueTest {
    private static final Accelerator GAUDI3 = Accelerator.undescribed("GAUDI3");

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

        assertThat(catalogue.labels(
                        "H100", List.of("NVIDIA-H100-80GB-HBM3", "NVIDIA-H100-PCIe", "Tesla-T4", "NVIDIA-A10")))
                .containsExactly("NVIDIA-H100-80GB-HBM3", "NVIDIA-H100-PCIe");
        assertThat(catalogue.labels("H100", List.of("Tesla-T4", "NVIDIA-A10"))).containsExactly("Tesla-T4");
        assertThat(catalogue.labels("H100", List.of("NVIDIA-A10"))).isEmpty();
    }

    @Test
    void a_described_accelerator_stands_beside_the_known_ones_and_is_recognised_by_its_products() {
        var catalogue = Catalogue.standard().with(GAUDI3, List.of("HL-325L"));

        assertThat(catalogue.recognise("HL-325L")).contains(GAUDI3);
        assertThat(catalogue.recognise("intel-gaudi3")).contains(GAUDI3);
        assertThat(catalogue.get("gaudi3")).isEqualTo(GAUDI3);
        assertThat(catalogue.labels("GAUDI3", List.of("HL-325L", "NVIDIA-H100", "Tesla-T4")))
                .containsExactly("HL-325L");
        assertThat(catalogue.get("H100")).isEqualTo(Catalogue.standard().get("H100"));
    }

    @Test
    void a_product_stands_for_its_accelerator_whatever_other_name_is_a_part_of_it() {
        var pcie = "NVIDIA-H100-PCIe";
        var catalogue = Catalogue.standard().with(GAUDI3, List.of(pcie));

        assertThat(catalogue.recognise(pcie)).contains(GAUDI3);
        assertThat(catalogue.labels("H100", List.of(pcie, "NVIDIA-H100-80GB-HBM3")))
                .containsExactly("NVIDIA-H100-80GB-HBM3");
    }

    @Test
    void another_description_of_a_known_accelerator_takes_its_place() {
        var larger = Catalogue.standard().get("H100").withMemoryBytes(96L << 30);

        assertThat(Catalogue.standard().with(larger).recognise("NVIDIA-H100-80GB-HBM3"))
                .contains(larger);
    }

    @Test
    void the_labels_of_an_accelerator_that_is_not_known_any_more_are_those_that_speak_of_nothing_known() {
        assertThat(Catalogue.standard().labels("GAUDI3", List.of("HL-325L", "NVIDIA-A10")))
                .containsExactly("HL-325L");
    }
}
