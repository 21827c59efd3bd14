package dev.plinth.server;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.plinth.engine.Torch;
import dev.plinth.engine.llama.LlamaConfig;
import dev.plinth.engine.llama.LlamaWeights;
import dev.plinth.engine.tokens.ByteTokenizer;
import dev.plinth.engine.weights.Safetensors;
import dev.plinth.engine.weights.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes a random model of bytes in the layout of a checkpoint. */
final class TinyCheckpoint {
    /** Longest sequence of the model, in tokens (bytes). */
    static final int CONTEXT = 512;

    private TinyCheckpoint() {}

    static Path write(Path folder) throws IOException {
        return write(folder, List.of());
    }

    /** @param marks special tokens behind the bytes, from 256 */
    static Path write(Path folder, List<String> marks) throws IOException {
        LlamaConfig config = new LlamaConfig(
                256 + marks.size(), 32, 64, 2, 2, 1, 16, 1e-5f, 10_000, CONTEXT, true, List.of(), List.of());
        Files.createDirectories(folder);
        try (NDManager manager = Torch.start(1)) {
            SafetensorsWriter.write(folder.resolve(Safetensors.FILE), LlamaWeights.initial(config, manager, 3));
        }
        Files.writeString(folder.resolve("config.json"), config.toJson());
        Files.writeString(folder.resolve("tokenizer.json"), tokenizer(marks));
        return folder;
    }

    private static String tokenizer(List<String> marks) throws IOException {
        JsonNode tokenizer = TestServer.json(ByteTokenizer.toJson());
        ArrayNode added = (ArrayNode) tokenizer.path("added_tokens");
        for (int i = 0; i < marks.size(); i++) {
            added.addObject()
                    .put("id", 256 + i)
                    .put("content", marks.get(i))
                    .put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false)
                    .put("normalized", false)
                    .put("special", true);
        }
        return tokenizer.toString();
    }
}
