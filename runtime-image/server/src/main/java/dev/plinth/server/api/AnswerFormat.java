package dev.plinth.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plinth.engine.generation.TokenChoice;
import dev.plinth.engine.tokens.Tokenizer;
import dev.plinth.server.api.CompletionRequest.Endpoint;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The JSON of one answer, whole or in chunks, in the form of its endpoint. */
final class AnswerFormat {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final boolean chat;
    private final String id;
    private final long created = Instant.now().getEpochSecond();
    private final String model;
    private final boolean nullUsage;
    private final Map<Integer, String> marks;
    private final LogprobsFormat logprobs;

    /** @param marks of calls that are special tokens, by those */
    AnswerFormat(CompletionRequest request, String model, Tokenizer tokenizer, Map<Integer, String> marks) {
        this.marks = request.tools().any() ? marks : Map.of();
        this.chat = request.endpoint() == Endpoint.CHAT;
        this.id = (chat ? "chatcmpl-" : "cmpl-") + UUID.randomUUID().toString().replace("-", "");
        this.model = model;
        this.nullUsage = request.includeUsage();
        this.logprobs = new LogprobsFormat(request.logprobs(), chat, tokenizer);
    }

    String id() {
        return id;
    }

    String model() {
        return model;
    }

    /** The text of a token that is none, but tells of calls. */
    String mark(TokenChoice token) {
        return marks.isEmpty() ? "" : marks.getOrDefault(token.token(), "");
    }

    /** A finished choice. */
    record Choice(String text, List<ToolCall> calls, List<TokenChoice> tokens, String finishReason) {}

    /**
     * Token counts of the answer.
     *
     * @param cached those of the prompt that an earlier request had computed
     */
    record Usage(int prompt, int completion, int cached) {}

    ObjectNode whole(List<Choice> choices, Usage usage) {
        ObjectNode answer = envelope(chat ? "chat.completion" : "text_completion");
        ArrayNode list = answer.putArray("choices");
        for (Choice choice : choices) {
            ObjectNode json = list.addObject().put("index", list.size() - 1);
            if (chat) {
                message(json.putObject("message"), choice);
            } else {
                json.put("text", choice.text());
            }
            json.set("logprobs", logprobs.format(choice.tokens()));
            json.put("finish_reason", choice.finishReason());
        }
        answer.set("usage", usage(usage));
        return answer;
    }

    private static void message(ObjectNode message, Choice choice) {
        boolean onlyCalls = choice.text().isEmpty() && !choice.calls().isEmpty();
        message.put("role", "assistant").put("content", onlyCalls ? null : choice.text());
        if (!choice.calls().isEmpty()) {
            ArrayNode calls = message.putArray("tool_calls");
            choice.calls().forEach(call -> put(calls.addObject(), call));
        }
    }

    private static void put(ObjectNode json, ToolCall call) {
        json.put("id", call.id()).put("type", "function");
        json.putObject("function").put("name", call.name()).put("arguments", call.arguments());
    }

    /** A chunk with the whole of the n-th call of a choice. */
    ObjectNode call(int index, int number, ToolCall call) {
        ObjectNode delta = NODES.objectNode();
        put(delta.putArray("tool_calls").addObject().put("index", number), call);
        return chunk(index, delta, List.of(), Optional.empty());
    }

    /** The first chunk of a chat's choice, which names the role; other answers begin with text. */
    Optional<ObjectNode> opening(int index) {
        return chat
                ? Optional.of(chunk(index, delta().put("content", ""), List.of(), Optional.empty()))
                : Optional.empty();
    }

    ObjectNode text(int index, String text, List<TokenChoice> tokens) {
        return chunk(index, NODES.objectNode().put("content", text), tokens, Optional.empty());
    }

    ObjectNode finish(int index, String finishReason) {
        return chunk(index, NODES.objectNode(), List.of(), Optional.of(finishReason));
    }

    ObjectNode usageChunk(Usage usage) {
        ObjectNode chunk = envelope(chat ? "chat.completion.chunk" : "text_completion");
        chunk.putArray("choices");
        chunk.set("usage", usage(usage));
        return chunk;
    }

    private ObjectNode chunk(int index, ObjectNode delta, List<TokenChoice> tokens, Optional<String> finishReason) {
        ObjectNode chunk = envelope(chat ? "chat.completion.chunk" : "text_completion");
        ObjectNode choice = chunk.putArray("choices").addObject().put("index", index);
        if (chat) {
            choice.set("delta", delta);
        } else {
            choice.put("text", delta.path("content").asText(""));
        }
        choice.set("logprobs", logprobs.format(tokens));
        choice.put("finish_reason", finishReason.orElse(null));
        if (nullUsage) {
            chunk.putNull("usage");
        }
        return chunk;
    }

    private static ObjectNode delta() {
        return NODES.objectNode().put("role", "assistant");
    }

    private ObjectNode envelope(String object) {
        return NODES.objectNode()
                .put("id", id)
                .put("object", object)
                .put("created", created)
                .put("model", model);
    }

    private static JsonNode usage(Usage usage) {
        ObjectNode json = NODES.objectNode()
                .put("prompt_tokens", usage.prompt())
                .put("completion_tokens", usage.completion())
                .put("total_tokens", usage.prompt() + usage.completion());
        if (usage.cached() > 0) {
            json.putObject("prompt_tokens_details").put("cached_tokens", usage.cached());
        }
        return json;
    }
}
