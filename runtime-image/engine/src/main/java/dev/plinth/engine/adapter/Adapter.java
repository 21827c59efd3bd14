package dev.plinth.engine.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plinth.engine.weights.Safetensors;
import dev.plinth.engine.weights.TensorFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;

/**
 * A LoRA adapter (Hu et al. 2021, arXiv:2106.09685) in a folder as PEFT writes it: {@value #CONFIG} and {@value #WEIGHTS}. Its weights stay
 * in the file until an engine is given it.
 *
 * @param id tells it from all others of this process, also from an earlier one of the same name
 * @param name what requests call it by
 * @param rank channels between its two maps
 * @param scale by what their product is multiplied
 * @param loaded when it was read
 */
public record Adapter(long id, String name, Path folder, int rank, double scale, Instant loaded) {
    public static final String CONFIG = "adapter_config.json";
    public static final String WEIGHTS = "adapter_model.safetensors";

    private static final String PICKLE = "adapter_model.bin";

    private static final int MOST_RANK = 512;
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Reads the configuration.
     *
     * @throws IOException if a file is missing or cannot be read
     * @throws IllegalArgumentException if it is an adapter of a kind that is not supported; the message says why
     */
    public static Adapter read(long id, String name, Path folder) throws IOException {
        JsonNode config = JSON.readTree(Files.readString(folder.resolve(CONFIG)));
        if (!config.path("peft_type").asText().equals("LORA")) {
            throw refused("peft_type must be LORA, not \"%s\""
                    .formatted(config.path("peft_type").asText()));
        }
        require(!config.path("use_dora").asBoolean(), "use_dora");
        require(!config.path("fan_in_fan_out").asBoolean(), "fan_in_fan_out");
        require(config.path("bias").asText("none").equals("none"), "bias");
        for (String more : new String[] {"modules_to_save", "rank_pattern", "alpha_pattern"}) {
            require(config.path(more).isEmpty(), more);
        }
        int rank = config.path("r").asInt();
        if (rank < 1 || rank > MOST_RANK) {
            throw refused("r must be from 1 to " + MOST_RANK);
        }
        double alpha = config.path("lora_alpha").asDouble(rank);
        double scale = alpha / (config.path("use_rslora").asBoolean() ? Math.sqrt(rank) : rank);
        return new Adapter(id, name, folder, rank, scale, Instant.now());
    }

    /**
     * Opens the weights.
     *
     * @throws IllegalArgumentException if they are a pickle, which can run code of whoever made it
     */
    public TensorFile open() throws IOException {
        Path weights = folder.resolve(WEIGHTS);
        if (Files.exists(weights) ? isPickle(weights) : Files.exists(folder.resolve(PICKLE))) {
            throw new IllegalArgumentException(
                    "its weights are a pickle file, which can run code when it is read: save them as safetensors (save_pretrained with safe_serialization=True)");
        }
        return Safetensors.open(folder.resolve(WEIGHTS));
    }

    /** Tells by the content: a pickle of protocol 2 to 5, bare or in the archive that PyTorch packs it in. */
    private static boolean isPickle(Path file) throws IOException {
        try (InputStream content = Files.newInputStream(file)) {
            byte[] begin = content.readNBytes(4);
            boolean archive = Arrays.equals(begin, new byte[] {'P', 'K', 3, 4});
            boolean bare = begin.length > 1 && begin[0] == (byte) 0x80 && begin[1] >= 2 && begin[1] <= 5;
            return archive || (bare && begin.length == 4 && begin[2] != 0);
        }
    }

    private static void require(boolean supported, String field) {
        if (!supported) {
            throw refused(field + " is not supported");
        }
    }

    private static IllegalArgumentException refused(String why) {
        return new IllegalArgumentException(CONFIG + ": " + why);
    }
}
