package dev.plinth.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plinth.engine.generation.TokenChoice;
import dev.plinth.engine.tokens.Tokenizer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Log-probabilities in the form of the chat or of the completions endpoint. */
record LogprobsFormat(boolean wanted, boolean chat, Tokenizer tokenizer) {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    JsonNode format(List<TokenChoice> tokens) {
        if (!wanted || tokens.isEmpty()) {
            return NODES.nullNode();
        }
        return chat ? content(tokens) : lists(tokens);
    }

    private ObjectNode content(List<TokenChoice> tokens) {
        ObjectNode logprobs = NODES.objectNode();
        ArrayNode content = logprobs.putArray("content");
        for (TokenChoice choice : tokens) {
            ArrayNode alternatives =
                    put(content.addObject(), choice.token(), choice.logprob()).putArray("top_logprobs");
            choice.alternatives().forEach(other -> put(alternatives.addObject(), other.token(), other.logprob()));
        }
        return logprobs;
    }

    private ObjectNode put(ObjectNode json, int token, double logprob) {
        json.put("token", text(token)).put("logprob", logprob);
        ArrayNode bytes = json.putArray("bytes");
        for (byte b : tokenizer.bytes(token)) {
            bytes.add(Byte.toUnsignedInt(b));
        }
        return json;
    }

    private ObjectNode lists(List<TokenChoice> tokens) {
        ObjectNode logprobs = NODES.objectNode();
        ArrayNode texts = logprobs.putArray("tokens");
        ArrayNode values = logprobs.putArray("token_logprobs");
        ArrayNode alternatives = logprobs.putArray("top_logprobs");
        ArrayNode offsets = logprobs.putArray("text_offset");
        int offset = 0;
        for (TokenChoice choice : tokens) {
            texts.add(text(choice.token()));
            values.add(choice.logprob());
            ObjectNode others = alternatives.addObject();
            choice.alternatives().forEach(other -> others.put(text(other.token()), other.logprob()));
            offsets.add(offset);
            offset += text(choice.token()).length();
        }
        return logprobs;
    }

    private String text(int token) {
        return new String(tokenizer.bytes(token), StandardCharsets.UTF_8);
    }
}
