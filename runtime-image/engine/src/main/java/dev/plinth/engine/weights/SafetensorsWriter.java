package dev.plinth.engine.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.SequencedMap;

/** Writes 32-bit float tensors as a safetensors file. */
public final class SafetensorsWriter {
    private static final ObjectMapper JSON = new ObjectMapper();

    private SafetensorsWriter() {}

    /**
     * Writes a new file and forces it to disk.
     *
     * @param arrays 32-bit floats, written in the order of the map
     * @throws IOException also if the file exists
     */
    public static void write(Path file, SequencedMap<String, NDArray> arrays) throws IOException {
        byte[] header = header(arrays);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer length = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            writeAll(channel, length.putLong(header.length).flip());
            writeAll(channel, ByteBuffer.wrap(header));
            for (NDArray array : arrays.values()) {
                writeAll(channel, array.toByteBuffer(true));
            }
            channel.force(true);
        }
    }

    private static byte[] header(SequencedMap<String, NDArray> arrays) throws IOException {
        ObjectNode header = JSON.createObjectNode();
        // transformers refuses a file that does not name its framework.
        header.putObject("__metadata__").put("format", "pt");
        long offset = 0;
        for (Map.Entry<String, NDArray> entry : arrays.entrySet()) {
            NDArray array = entry.getValue();
            if (array.getDataType() != DataType.FLOAT32) {
                throw new IllegalArgumentException("tensor \"%s\" is %s; only 32-bit floats are written"
                        .formatted(entry.getKey(), array.getDataType()));
            }
            long end = offset + TensorType.F32.bytes(array.size());
            ObjectNode tensor = header.putObject(entry.getKey()).put("dtype", "F32");
            tensor.set("shape", JSON.valueToTree(array.getShape().getShape()));
            tensor.putArray("data_offsets").add(offset).add(end);
            offset = end;
        }
        String json = JSON.writeValueAsString(header);
        int unaligned = json.getBytes(StandardCharsets.UTF_8).length % Long.BYTES;
        String padded = json + " ".repeat(unaligned == 0 ? 0 : Long.BYTES - unaligned);
        return padded.getBytes(StandardCharsets.UTF_8);
    }

    private static void writeAll(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }
}
