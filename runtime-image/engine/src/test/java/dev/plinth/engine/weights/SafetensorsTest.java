package dev.plinth.engine.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsTest {
    @TempDir
    private Path folder;

    private NDManager manager;

    @BeforeEach
    void open() {
        manager = NDManager.newBaseManager("PyTorch");
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void whatIsWrittenIsReadBackInTheSameOrder() throws Exception {
        SequencedMap<String, NDArray> arrays = new LinkedHashMap<>();
        arrays.put("z", manager.create(new float[] {1, 2, 3, 4, 5, 6}, new Shape(2, 3)));
        arrays.put("a", manager.create(new float[] {7}, new Shape(1)));
        SafetensorsWriter.write(folder.resolve(Safetensors.FILE), arrays);

        try (Safetensors read = Safetensors.open(folder)) {
            assertThat(read.metadata()).containsEntry("format", "pt");
            assertThat(read.tensors().keySet()).containsExactly("z", "a");
            assertThat(read.tensor("z").load(manager)).isEqualTo(arrays.get("z"));
            assertThat(read.tensor("a").load(manager)).isEqualTo(arrays.get("a"));
        }
    }

    @Test
    void halfPrecisionBecomesSinglePrecision() throws Exception {
        ByteBuffer data = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        data.putShort((short) (Float.floatToIntBits(-1.5f) >> 16)).putShort((short) 0x7f80); // bfloat16
        data.putShort(Float.floatToFloat16(0.25f)).putShort(Float.floatToFloat16(-65504)); // float16
        Path file = write("half.safetensors", """
            {"b":{"dtype":"BF16","shape":[2],"data_offsets":[0,4]},"h":{"dtype":"F16","shape":[2],"data_offsets":[4,8]}}\
            """, data.array());

        try (Safetensors read = Safetensors.open(file)) {
            assertThat(read.tensor("b").load(manager).toFloatArray()).containsExactly(-1.5f, Float.POSITIVE_INFINITY);
            assertThat(read.tensor("h").load(manager).toFloatArray()).containsExactly(0.25f, -65504f);
        }
    }

    @Test
    void shardsNamedByAnIndexAreOneModel() throws Exception {
        write("one.safetensors", "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", new byte[4]);
        write("two.safetensors", "{\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", new byte[4]);
        Files.writeString(folder.resolve(Safetensors.INDEX), """
            {"metadata": {}, "weight_map": {"a": "one.safetensors", "b": "two.safetensors"}}\
            """);

        try (Safetensors read = Safetensors.open(folder)) {
            assertThat(read.tensors().keySet()).containsExactly("a", "b");
        }
    }

    @Test
    void aTensorTooLargeForOneJavaBufferIsLoadedInParts() {
        float[] values = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
        Tensor tensor = new Tensor(TensorType.F32, new Shape(5, 2), java.lang.foreign.MemorySegment.ofArray(values));

        assertThat(tensor.loadByRows(manager, 16)).isEqualTo(manager.create(values, new Shape(5, 2)));
        assertThat(manager.getManagedArrays()).hasSize(2);
    }

    @Test
    void dataBeyondTwoGibibytesIsReached() throws Exception {
        long far = 3L << 30;
        String header = "{\"far\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[" + far + "," + (far + 4) + "]}}";
        Path file = write("sparse.safetensors", header, new byte[0]);
        try (var channel = Files.newByteChannel(file, java.nio.file.StandardOpenOption.WRITE)) {
            channel.position(8 + header.length() + far); // a hole in the file, no bytes on disk
            channel.write(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putFloat(42)
                    .flip());
        }

        try (Safetensors read = Safetensors.open(file)) {
            assertThat(read.tensor("far").load(manager).toFloatArray()).containsExactly(42);
        }
    }

    @Test
    void aFileThatIsCutShortIsRefusedByName() throws Exception {
        Path file = write(
                "cut.safetensors", "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}", new byte[4]);

        assertThatThrownBy(() -> Safetensors.open(file))
                .isInstanceOf(IOException.class)
                .hasMessage(
                        "cannot read %s as safetensors: tensor \"a\" does not fit: the file is cut short or damaged",
                        file);
    }

    @Test
    void aFileOfAnotherKindIsRefused() throws Exception {
        Path file = Files.writeString(folder.resolve("text"), "this is not a tensor file at all");

        assertThatThrownBy(() -> Safetensors.open(file)).hasMessageContaining("its header does not fit");
    }

    @Test
    void anotherNumberTypeIsRefusedByNameOnlyIfItIsAskedFor() throws Exception {
        Path file = write(
                "int.safetensors",
                "{\"a\":{\"dtype\":\"I8\",\"shape\":[1],\"data_offsets\":[0,1]},\"b\":{\"dtype\":\"BF16\",\"shape\":[1],\"data_offsets\":[1,3]}}",
                new byte[3]);

        try (Safetensors read = Safetensors.open(file)) {
            assertThat(read.tensors().keySet()).containsExactly("b");
            assertThatThrownBy(() -> read.tensor("a"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("tensor \"a\" has dtype I8; F32, F16 and BF16 are supported");
        }
    }

    @Test
    void anExistingFileIsNotOverwritten() throws Exception {
        Path file = Files.writeString(folder.resolve("there"), "x");

        assertThatThrownBy(() -> SafetensorsWriter.write(file, new LinkedHashMap<>()))
                .isInstanceOf(FileAlreadyExistsException.class);
    }

    private Path write(String name, String header, byte[] data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        return Files.write(
                folder.resolve(name),
                file.putLong(json.length).put(json).put(data).array());
    }
}
