package dev.plinth.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class DeviceTest {
    @Test
    void libtorchForCudaIsLoadedAsOneForTheCpuWhereThereIsNoDriver() {
        assertThat(new TorchLibraries(true, true, true).flavour()).contains("cu128");
        assertThat(new TorchLibraries(true, true, false).flavour()).contains("cpu");
        assertThat(new TorchLibraries(true, false, true).flavour()).contains("cpu");
        assertThat(new TorchLibraries(false, false, false).flavour()).isEmpty();
    }

    @Test
    void whyTheGpuIsNotUsedIsSaid() {
        assertThat(new TorchLibraries(true, true, true).obstacle(true)).isEmpty();
        assertThat(new TorchLibraries(true, true, false).obstacle(false))
                .get()
                .asString()
                .contains("no NVIDIA driver");
        assertThat(new TorchLibraries(true, true, true).obstacle(false))
                .get()
                .asString()
                .contains("finds no GPU");
        assertThat(new TorchLibraries(true, false, true).obstacle(false))
                .get()
                .asString()
                .contains("use the image built for CUDA");
    }

    @Test
    void aMachineWithoutAGpuIsComputedOnWithoutAWord() {
        assertThat(new TorchLibraries(true, false, false).obstacle(false)).isEmpty();
    }

    @Test
    void eightBitsAreRefusedOnAGpuWithWhatToAskForInstead() {
        assertThatThrownBy(() -> Precision.INT8.checkOn(Device.CUDA))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("bfloat16");
        assertThat(Precision.bestOn(Device.CUDA)).isEqualTo(Precision.BFLOAT16);
        assertThat(Precision.bestOn(Device.CPU)).isEqualTo(Precision.INT8);
    }

    @Test
    void theCpuMayAlwaysBeAskedFor() {
        assertThat(Torch.device(Optional.of(Device.CPU))).isEqualTo(Device.CPU);
    }
}
