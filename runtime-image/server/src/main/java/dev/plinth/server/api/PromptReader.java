package dev.plinth.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plinth.engine.tokens.Tokenizer;
import dev.plinth.server.chat.ChatTemplate;
import dev.plinth.server.chat.ChatTemplateException;
import dev.plinth.server.chat.Conversation;
import dev.plinth.server.chat.JsonValues;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads what to continue: texts, token ids or a conversation. */
final class PromptReader {
    private static final Set<String> ROLES = Set.of("system", "developer", "user", "assistant", "tool");

    private final Tokenizer tokenizer;
    private final ChatTemplate template;

    PromptReader(Tokenizer tokenizer, ChatTemplate template) {
        this.tokenizer = tokenizer;
        this.template = template;
    }

    /** {@code prompt}: a string, several, token ids, or several lists of them. */
    List<List<Integer>> prompts(Fields fields) throws ApiError {
        return new Prompts("prompt", tokenizer).read(fields);
    }

    /** {@code messages}, turned into a prompt by the model's template. */
    List<Integer> conversation(Fields fields) throws ApiError {
        JsonNode json = fields.get("messages")
                .filter(messages -> messages.isArray() && !messages.isEmpty())
                .orElseThrow(() -> ApiError.invalid("messages", "messages must be a list with at least one message"));
        List<Map<String, Object>> messages = new ArrayList<>();
        for (int i = 0; i < json.size(); i++) {
            messages.add(message("messages[" + i + "]", json.path(i)));
        }
        Map<String, Object> settings = JsonValues.object(fields.json().path("chat_template_kwargs"));
        List<Integer> prompt;
        try {
            prompt = Prompts.boxed(tokenizer.encode(template.render(new Conversation(messages, List.of(), settings))));
        } catch (ChatTemplateException e) {
            throw ApiError.invalid(
                    "messages", "the model's chat template does not take these messages: " + e.getMessage());
        }
        if (prompt.isEmpty()) {
            throw ApiError.invalid("messages", "messages must not be empty");
        }
        return prompt;
    }

    /** All fields of the message, for templates look at many, with its content as one text. */
    private static Map<String, Object> message(String place, JsonNode message) throws ApiError {
        String role = message.path("role").asText();
        if (!ROLES.contains(role)) {
            throw ApiError.invalid(place + ".role", "role must be one of system, developer, user, assistant and tool");
        }
        Map<String, Object> fields = new LinkedHashMap<>(JsonValues.object(message));
        fields.put("content", content(place + ".content", message.path("content")));
        return fields;
    }

    private static String content(String place, JsonNode content) throws ApiError {
        if (content.isTextual() || content.isNull() || content.isMissingNode()) {
            return content.asText("");
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            String type = part.path("type").asText();
            if (!type.equals("text")) {
                throw ApiError.invalid(place, "content of type \"" + type + "\" is not supported; only text is");
            }
            text.append(part.path("text").asText());
        }
        return text.toString();
    }
}
