package dev.plinth.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plinth.engine.Device;
import dev.plinth.engine.Precision;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerConfigTest {
    @Test
    void deviceAndPrecisionAreLeftToTheMachineUnlessTheyAreSaid() {
        ServerConfig silent = ServerConfig.of(Map.of("PLINTH_MODEL_PATH", "/models/m"));

        assertThat(silent.device()).isEmpty();
        assertThat(silent.precision()).isEmpty();

        ServerConfig said = ServerConfig.of(
                Map.of("PLINTH_MODEL_PATH", "/models/m", "PLINTH_DEVICE", "cuda", "PLINTH_PRECISION", "BFloat16"));

        assertThat(said.device()).contains(Device.CUDA);
        assertThat(said.precision()).contains(Precision.BFLOAT16);
    }

    @Test
    void aDeviceThatThereIsNotIsRefusedByItsName() {
        assertThatThrownBy(() -> ServerConfig.of(Map.of("PLINTH_MODEL_PATH", "/models/m", "PLINTH_DEVICE", "tpu")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("PLINTH_DEVICE must be auto, cpu or cuda, not \"tpu\"");
    }
}
