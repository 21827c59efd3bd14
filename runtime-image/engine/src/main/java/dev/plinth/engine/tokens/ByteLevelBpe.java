package dev.plinth.engine.tokens;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * The parts of a byte-level BPE tokenizer, to be written as a {@code tokenizer.json}.
 *
 * @param tokens id to token, in the alphabet of {@link ByteLevel}
 * @param merges pairs "left right", best first
 * @param added tokens that are found in a text before all others
 * @param splits how the text is cut into words before merging; empty = not at all
 */
public record ByteLevelBpe(List<String> tokens, List<String> merges, List<Added> added, Optional<PreTokenizer> splits) {
    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * A token that is found in a text as it is written.
     *
     * @param special whether it marks structure and is no text
     */
    public record Added(int id, String content, boolean special) {}

    /** How a text is cut into words; merges do not cross words. */
    public enum PreTokenizer {
        /** GPT-2's expression. */
        GPT2,
        /** GPT-2's, with every digit a word of its own. */
        GPT2_SINGLE_DIGITS
    }

    /** The tokenizer as a {@code tokenizer.json}. */
    public String toJson() {
        ObjectNode root = JSON.createObjectNode();
        root.put("version", "1.0");
        ArrayNode addedTokens = root.putArray("added_tokens");
        added.forEach(token -> addedTokens
                .addObject()
                .put("id", token.id())
                .put("content", token.content())
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", token.special()));
        root.putNull("normalizer");
        root.set("pre_tokenizer", preTokenizer());
        root.putNull("post_processor");
        root.set("decoder", byteLevel(true));
        ObjectNode model = root.putObject("model").put("type", "BPE");
        ObjectNode vocabulary = model.putObject("vocab");
        for (int id = 0; id < tokens.size(); id++) {
            vocabulary.put(tokens.get(id), id);
        }
        ArrayNode pairs = model.putArray("merges");
        for (String merge : merges) {
            int space = merge.indexOf(' ');
            pairs.addArray().add(merge.substring(0, space)).add(merge.substring(space + 1));
        }
        return root.toString();
    }

    private ObjectNode preTokenizer() {
        ObjectNode bytes = byteLevel(splits.isPresent());
        if (splits.filter(PreTokenizer.GPT2_SINGLE_DIGITS::equals).isEmpty()) {
            return bytes;
        }
        ObjectNode sequence = JSON.createObjectNode().put("type", "Sequence");
        ArrayNode steps = sequence.putArray("pretokenizers");
        steps.addObject().put("type", "Digits").put("individual_digits", true);
        steps.add(bytes);
        return sequence;
    }

    private static ObjectNode byteLevel(boolean split) {
        return JSON.createObjectNode()
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", split);
    }
}
