package dev.plinth.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against {@code ggml-blocks.gguf}, written by ggml's Python package. */
class GgufTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"F16", "BF16", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q8_0", "Q4_K", "Q6_K"})
    void blocksBecomeTheNumbersThatGgmlMakesOfThem(String type) throws Exception {
        try (Gguf gguf = Gguf.open(recorded());
                NDManager manager = NDManager.newBaseManager("PyTorch")) {
            assertThat(gguf.tensor(type).type()).hasToString(type);
            float[] actual = gguf.tensor(type).load(manager).toFloatArray();
            float[] expected = gguf.tensor(type + ".f32").load(manager).toFloatArray();

            for (int i = 0; i < expected.length; i++) {
                assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f * Math.max(1, Math.abs(expected[i]))));
            }
        }
    }

    @Test
    void metadataIsReadByItsType() throws Exception {
        try (Gguf gguf = Gguf.open(recorded())) {
            GgufMetadata metadata = gguf.metadata();
            assertThat(metadata.integer("a.number")).hasValue(4_000_000_000L);
            assertThat(metadata.decimal("a.decimal")).hasValue(0.5);
            assertThat(metadata.flag("a.flag")).hasValue(true);
            assertThat(metadata.string("a.text")).hasValue("Grüße");
            assertThat(metadata.strings("a.list")).containsExactly("x", "y");
            assertThat(metadata.integers("a.numbers")).containsExactly(-1, 2);
            assertThat(metadata.string("absent")).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 20, 100, 1000, 40_000})
    void aFileThatIsCutShortIsRefusedByName(int length) throws Exception {
        Path file = Files.write(folder.resolve("cut.gguf"), Arrays.copyOf(Files.readAllBytes(recorded()), length));

        assertThatThrownBy(() -> Gguf.open(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cannot read " + file + " as GGUF");
    }

    @Test
    void listsInListsAreRefusedBeforeTheyExhaustTheStack() throws Exception {
        int deep = 200_000;
        ByteBuffer bytes = ByteBuffer.allocate(37 + 12 * deep + 12).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put("GGUF".getBytes(StandardCharsets.UTF_8)).putInt(3).putLong(0).putLong(1);
        bytes.putLong(1).put((byte) 'k').putInt(9);
        for (int i = 0; i < deep; i++) {
            bytes.putInt(9).putLong(1);
        }
        bytes.putInt(0).putLong(0);
        Path file = Files.write(folder.resolve("deep.gguf"), bytes.array());

        assertThatThrownBy(() -> Gguf.open(file)).hasMessageContaining("lists in lists, more than 8 deep");
    }

    @Test
    void aTensorOfTooManyDimensionsIsRefusedByName() throws Exception {
        ByteBuffer bytes = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put("GGUF".getBytes(StandardCharsets.UTF_8)).putInt(3).putLong(1).putLong(0);
        bytes.putLong(1).put((byte) 't').putInt(-1);
        Path file = Files.write(folder.resolve("odd.gguf"), bytes.array());

        assertThatThrownBy(() -> Gguf.open(file))
                .hasMessageContaining("tensor \"t\" has 4294967295 dimensions; there are at most 4");
    }

    private static Path recorded() throws Exception {
        return Path.of(GgufTest.class.getResource("/reference/ggml-blocks.gguf").toURI());
    }
}
