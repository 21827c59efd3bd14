package dev.plinth.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadAheadTest {
    private static final List<String> NAMES = List.of("a", "b", "c");

    @TempDir
    private Path folder;

    private final SequencedMap<String, NDArray> arrays = new LinkedHashMap<>();
    private NDManager manager;

    @BeforeEach
    void write() throws Exception {
        manager = NDManager.newBaseManager("PyTorch");
        for (String name : NAMES) {
            arrays.put(name, manager.arange(NAMES.indexOf(name), 10, 1f).reshape(new Shape(1, -1)));
        }
        SafetensorsWriter.write(folder.resolve(Safetensors.FILE), arrays);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void tensorsAreThoseOfTheFileInWhateverOrderTheyAreLoaded() throws Exception {
        try (Safetensors file = Safetensors.open(folder);
                ReadAhead ahead = new ReadAhead(file, NAMES, 1)) {
            for (String name : NAMES.reversed()) {
                assertThat(ahead.load(name, manager)).isEqualTo(arrays.get(name));
            }
        }
    }

    @Test
    void theFileCanBeClosedThoughNothingWasLoadedAndNotAllWasRead() throws Exception {
        Safetensors file = Safetensors.open(folder);

        new ReadAhead(file, NAMES, 1).close();

        file.close();
        assertThat(file.tensor("a").data().scope().isAlive()).isFalse();
    }
}
