package dev.plinth.engine.tokens;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** A tokenizer described by a {@code tokenizer.json} of Hugging Face, run by their library. */
public final class JsonTokenizer implements Tokenizer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> MODELS = Set.of("BPE", "WordPiece", "Unigram");
    /** WordPiece writes this before what continues a word. */
    private static final String CONTINUES = "##";
    /** Far above the largest vocabulary: a list is made of so many. */
    private static final int HIGHEST_ID = 1 << 24;
    /** Sentencepiece writes a space as this character. */
    private static final String SPACE = "\u2581";

    private final HuggingFaceTokenizer tokenizer;
    private final boolean byteLevel;
    private final boolean wordPiece;
    private final Map<String, Integer> ids = new HashMap<>();
    private final String[] names;
    private final BitSet added = new BitSet();
    private final BitSet special = new BitSet();

    private JsonTokenizer(String json) throws IOException {
        JsonNode root = JSON.readTree(json);
        String model = root.path("model").path("type").asText("BPE");
        if (!MODELS.contains(model)) {
            throw new IOException(
                    "tokenizer.json holds a " + model + " model; only BPE, WordPiece and Unigram are supported");
        }
        wordPiece = model.equals("WordPiece");
        JsonNode vocabulary = root.path("model").path("vocab");
        for (Map.Entry<String, JsonNode> token : vocabulary.properties()) {
            ids.put(token.getKey(), id(token.getKey(), token.getValue()));
        }
        for (int id = 0; vocabulary.isArray() && id < vocabulary.size(); id++) { // Unigram: a list of [token, score]
            ids.put(vocabulary.path(id).path(0).asText(), id);
        }
        for (JsonNode token : root.path("added_tokens")) {
            int id = id(token.path("content").asText(), token.path("id"));
            ids.put(token.path("content").asText(), id);
            added.set(id);
            special.set(id, token.path("special").asBoolean());
        }
        names = new String
                [1 + ids.values().stream().mapToInt(Integer::intValue).max().orElse(-1)];
        java.util.Arrays.fill(names, "");
        ids.forEach((name, id) -> names[id] = name);
        byteLevel = root.path("decoder").findValuesAsText("type").contains("ByteLevel");
        // No telemetry and no look at the network when the library starts.
        System.setProperty("OPT_OUT_TRACKING", "true");
        try {
            tokenizer = HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)),
                    Map.of("truncation", "false", "padding", "false"));
        } catch (RuntimeException e) {
            throw new IOException("tokenizer.json cannot be read: " + e.getMessage(), e);
        }
    }

    private static int id(String token, JsonNode id) throws IOException {
        if (id.asInt() < 0 || id.asInt() > HIGHEST_ID) {
            throw new IOException("tokenizer.json gives \"%s\" the id %d; ids are from 0 to %d"
                    .formatted(token, id.asInt(), HIGHEST_ID));
        }
        return id.asInt();
    }

    /** Reads a {@code tokenizer.json}. */
    public static JsonTokenizer read(Path file) throws IOException {
        return of(Files.readString(file));
    }

    /** Makes the tokenizer that the text of a {@code tokenizer.json} describes. */
    public static JsonTokenizer of(String json) throws IOException {
        return new JsonTokenizer(json);
    }

    @Override
    public int vocabularySize() {
        return names.length;
    }

    @Override
    public int[] encode(String text) {
        return encode(text, false);
    }

    @Override
    public int[] encodeFromBeginning(String text) {
        return encode(text, true);
    }

    private int[] encode(String text, boolean addSpecialTokens) {
        long[] encoded = tokenizer.encode(text, addSpecialTokens, false).getIds();
        int[] tokens = new int[encoded.length];
        for (int i = 0; i < tokens.length; i++) {
            tokens[i] = (int) encoded[i];
        }
        return tokens;
    }

    @Override
    public byte[] bytes(int token) {
        String name = token < names.length ? names[token] : "";
        if (added.get(token)) {
            return name.getBytes(StandardCharsets.UTF_8);
        }
        if (byteLevel) {
            return ByteLevel.bytes(name);
        }
        if (wordPiece) {
            String text = name.startsWith(CONTINUES) ? name.substring(CONTINUES.length()) : " " + name;
            return text.getBytes(StandardCharsets.UTF_8);
        }
        if (name.length() == 6 && name.startsWith("<0x")) { // byte fallback of sentencepiece: <0x0A>
            return new byte[] {(byte) Integer.parseInt(name.substring(3, 5), 16)};
        }
        return name.replace(SPACE, " ").getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public boolean isSpecial(int token) {
        return special.get(token);
    }

    @Override
    public OptionalInt id(String token) {
        Integer id = ids.get(token);
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
