package dev.plinth.controller.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.api.v1alpha1.AcceleratorType;
import dev.plinth.planner.hardware.Accelerator;
import dev.plinth.planner.hardware.Accelerator.Generation;
import dev.plinth.planner.hardware.Catalogue;
import dev.plinth.planner.hardware.Precision;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class AcceleratorsTest {
    private static final Catalogue KNOWN = Catalogue.standard();

    @Test
    void what_is_described_in_full_is_what_it_says_and_reaches_the_least_of_its_peak() {
        var catalogue = described("""
                name: GAUDI3
                products: [HL-325L]
                memory: 128Gi
                memoryBandwidth: 3700G
                peak: {BF16: 1678T, FP8: "1678000000000000"}
                processors: 64
                perNode: 4
                linkBandwidth: 4200G
                linkReach: 64
                networkBandwidth: 600G
                """);

        assertThat(catalogue.recognise("HL-325L"))
                .contains(new Accelerator(
                        "GAUDI3",
                        128L << 30,
                        3700e9,
                        new TreeMap<>(Map.of(Precision.BF16, 1678e12, Precision.FP8, 1678e12)),
                        64,
                        64,
                        525e9,
                        75e9,
                        4,
                        Generation.OTHER,
                        "ClusterTopology"));
    }

    @Test
    void what_is_not_said_is_the_usual() {
        var described = described("name: X\nmemory: 16Gi\nmemoryBandwidth: 1T\npeak: {BF16: 100T}")
                .get("X");

        assertThat(described)
                .returns(128, Accelerator::processors)
                .returns(8, Accelerator::perNode)
                .returns(false, Accelerator::reachesBeyondNode)
                .returns(32e9, Accelerator::scaleUpBytesPerSecond)
                .returns(50e9, Accelerator::networkBytesPerSecond);
    }

    @Test
    void one_that_resembles_another_is_that_one_but_for_what_is_said() {
        var h100 = KNOWN.get("H100");
        var h800 = described("name: H800\nlike: H100\nlinkBandwidth: 1600G\npeak: {FP8: 1500T}")
                .get("H800");

        assertThat(h800)
                .returns(200e9, Accelerator::scaleUpBytesPerSecond)
                .returns(h100.memoryBytes(), Accelerator::memoryBytes)
                .returns(8, Accelerator::scaleUp)
                .returns(Generation.HOPPER, Accelerator::generation);
        assertThat(h800.peak(Precision.FP8)).hasValue(1500e12);
        assertThat(h800.peak(Precision.BF16)).isEqualTo(h100.peak(Precision.BF16));
    }

    @Test
    void a_link_that_ends_with_the_node_does_so_in_nodes_of_another_size() {
        assertThat(described("name: H100\nperNode: 4").get("H100"))
                .returns(4, Accelerator::scaleUp)
                .returns(false, Accelerator::reachesBeyondNode);
        assertThat(described("name: GB200\nperNode: 2").get("GB200"))
                .returns(72, Accelerator::scaleUp)
                .returns(true, Accelerator::reachesBeyondNode);
    }

    @Test
    void a_known_one_is_described_anew_by_its_name() {
        var catalogue = described("name: CPU\nmemory: 1Ti");

        assertThat(catalogue.accelerators()).hasSameSizeAs(KNOWN.accelerators());
        assertThat(catalogue.get("CPU"))
                .returns(1L << 40, Accelerator::memoryBytes)
                .returns(KNOWN.get("CPU").peakFlops(), Accelerator::peakFlops);
    }

    @Test
    void the_api_names_what_the_catalogue_knows() {
        assertThat(names(AcceleratorType.KNOWN))
                .isEqualTo(List.copyOf(KNOWN.accelerators().keySet()));
        assertThat(names(AcceleratorType.PRECISIONS))
                .isEqualTo(Arrays.stream(Precision.values()).map(Enum::name).toList());
    }

    private static List<String> names(String list) {
        return List.of(list.replace("'", "").split(", "));
    }

    private static Catalogue described(String yaml) {
        return Accelerators.of(List.of(new KubernetesSerialization().unmarshal(yaml, AcceleratorType.class)));
    }
}
