package dev.plinth.server.api;

import dev.plinth.engine.encoder.TextEncoder;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Texts to embed.
 *
 * @param texts as tokens, none empty
 * @param base64 whether vectors are told as base64 of little-endian 32-bit floats; else as numbers
 */
record EmbeddingRequest(List<List<Integer>> texts, boolean base64) {
    private static final int MOST_TEXTS = 2048;

    EmbeddingRequest {
        texts = List.copyOf(texts);
    }

    int tokens() {
        return texts.stream().mapToInt(List::size).sum();
    }

    static EmbeddingRequest read(String body, String servedName, TextEncoder encoder) throws ApiError {
        Fields fields = Fields.parse(body);
        fields.requireModel(servedName);
        String format = fields.text("encoding_format").orElse("float");
        if (!format.equals("float") && !format.equals("base64")) {
            throw ApiError.invalid("encoding_format", "encoding_format must be float or base64");
        }
        int dimensions = fields.integer("dimensions", 1, Integer.MAX_VALUE).orElse(encoder.dimensions());
        if (dimensions != encoder.dimensions()) {
            throw ApiError.invalid(
                    "dimensions", "this model's vectors have %d dimensions, no others".formatted(encoder.dimensions()));
        }
        List<List<Integer>> texts = new Prompts("input", encoder.tokenizer(), encoder.maxSequenceLength()).read(fields);
        if (texts.size() > MOST_TEXTS) {
            throw ApiError.invalid("input", "input must be at most " + MOST_TEXTS + " texts, not " + texts.size());
        }
        for (int i : IntStream.range(0, texts.size()).toArray()) {
            if (texts.get(i).size() > encoder.maxSequenceLength()) {
                throw ApiError.inputTooLong(i, texts.get(i).size(), encoder.maxSequenceLength());
            }
        }
        return new EmbeddingRequest(texts, format.equals("base64"));
    }
}
