package dev.plinth.engine.weights;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeSet;

/**
 * Reads safetensors files: 8 bytes of header length, a JSON header (name, dtype, shape, offsets), then the data. Mapped,
 * so that files may be larger than the heap and than 2 GiB.
 */
public final class Safetensors implements TensorFile {
    /** The file of a model that is not sharded. */
    public static final String FILE = "model.safetensors";

    /** Names the shard of each tensor of a sharded model. */
    public static final String INDEX = "model.safetensors.index.json";

    /** The limit of the reference implementation. */
    private static final long MOST_HEADER_BYTES = 100_000_000;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ValueLayout.OfLong LENGTH = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Arena arena = Arena.ofShared();
    private final SequencedMap<String, Tensor> tensors = new LinkedHashMap<>();
    private final Map<String, String> metadata = new LinkedHashMap<>();
    /** Tensors that are no weights, such as saved positions, by their dtype. */
    private final Map<String, String> otherTypes = new HashMap<>();

    private Safetensors() {}

    /**
     * Opens a file, or a folder with {@value #FILE} or {@value #INDEX}.
     *
     * @throws IOException if there is none, or it is cut short or malformed; the message names the file
     */
    public static Safetensors open(Path fileOrFolder) throws IOException {
        Safetensors opened = new Safetensors();
        try {
            for (Path file : files(fileOrFolder)) {
                opened.add(file);
            }
            return opened;
        } catch (IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private static Iterable<Path> files(Path fileOrFolder) throws IOException {
        if (!Files.isDirectory(fileOrFolder)) {
            return new TreeSet<>(java.util.Set.of(fileOrFolder));
        }
        Path index = fileOrFolder.resolve(INDEX);
        if (!Files.exists(index)) {
            return new TreeSet<>(java.util.Set.of(fileOrFolder.resolve(FILE)));
        }
        TreeSet<Path> shards = new TreeSet<>();
        for (JsonNode shard : JSON.readTree(Files.readString(index)).path("weight_map")) {
            shards.add(fileOrFolder.resolve(shard.asText()));
        }
        return shards;
    }

    @Override
    public SequencedMap<String, Tensor> tensors() {
        return Collections.unmodifiableSequencedMap(tensors);
    }

    @Override
    public Tensor tensor(String name) {
        String other = otherTypes.get(name);
        if (other != null) {
            throw new IllegalArgumentException(
                    "tensor \"%s\" has dtype %s; F32, F16 and BF16 are supported".formatted(name, other));
        }
        return TensorFile.super.tensor(name);
    }

    /** The free-form {@code __metadata__} of the files. */
    public Map<String, String> metadata() {
        return Collections.unmodifiableMap(metadata);
    }

    @Override
    public void close() {
        arena.close();
    }

    private void add(Path file) throws IOException {
        MemorySegment mapped;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
        }
        if (mapped.byteSize() < Long.BYTES) {
            throw malformed(file, "it is only " + mapped.byteSize() + " bytes long");
        }
        long headerLength = mapped.get(LENGTH, 0);
        if (headerLength <= 0 || headerLength > Math.min(mapped.byteSize() - Long.BYTES, MOST_HEADER_BYTES)) {
            throw malformed(file, "its header does not fit");
        }
        byte[] header = mapped.asSlice(Long.BYTES, headerLength).toArray(ValueLayout.JAVA_BYTE);
        MemorySegment data = mapped.asSlice(Long.BYTES + headerLength);
        JsonNode entries;
        try {
            entries = JSON.readTree(new String(header, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw malformed(file, "its header is not JSON");
        }
        for (Map.Entry<String, JsonNode> entry : entries.properties()) {
            if (entry.getKey().equals("__metadata__")) {
                entry.getValue()
                        .properties()
                        .forEach(m -> metadata.put(m.getKey(), m.getValue().asText()));
            } else {
                add(file, entry.getKey(), entry.getValue(), data);
            }
        }
    }

    private void add(Path file, String name, JsonNode entry, MemorySegment data) throws IOException {
        String dtype = entry.path("dtype").asText();
        Optional<TensorType> type = type(dtype);
        if (type.isPresent()) {
            tensors.put(name, tensor(file, name, type.get(), entry, data));
        } else {
            otherTypes.put(name, dtype);
        }
    }

    private static Tensor tensor(Path file, String name, TensorType type, JsonNode entry, MemorySegment data)
            throws IOException {
        long[] dimensions = new long[entry.path("shape").size()];
        for (int i = 0; i < dimensions.length; i++) {
            dimensions[i] = entry.path("shape").path(i).asLong();
        }
        Shape shape = new Shape(dimensions);
        long begin = entry.path("data_offsets").path(0).asLong(-1);
        long end = entry.path("data_offsets").path(1).asLong(-1);
        if (begin < 0 || end < begin || end > data.byteSize() || end - begin != type.bytes(shape.size())) {
            throw malformed(file, "tensor \"%s\" does not fit: the file is cut short or damaged".formatted(name));
        }
        return new Tensor(type, shape, data.asSlice(begin, end - begin));
    }

    private static Optional<TensorType> type(String dtype) {
        return switch (dtype) {
            case "F32" -> Optional.of(TensorType.F32);
            case "F16" -> Optional.of(TensorType.F16);
            case "BF16" -> Optional.of(TensorType.BF16);
            default -> Optional.empty();
        };
    }

    private static IOException malformed(Path file, String why) {
        return new IOException("cannot read " + file + " as safetensors: " + why);
    }
}
