package dev.plinth.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.plinth.engine.LanguageModel;
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
    private final int mostTokens;
    private final ChatTemplate template;

    PromptReader(LanguageModel model, ChatTemplate template) {
        this.tokenizer = model.tokenizer();
        this.mostTokens = model.engine().maxSequenceLength();
        this.template = template;
    }

    /** {@code prompt}: a string, several, token ids, or several lists of them. */
    List<List<Integer>> prompts(Fields fields) throws ApiError {
        return new Prompts("prompt", tokenizer, mostTokens).read(fields);
    }

    /** {@code messages}, turned into a prompt by the model's template. */
    List<Integer> conversation(Fields fields, Tools tools) throws ApiError {
        JsonNode json = fields.get("messages")
                .filter(messages -> messages.isArray() && !messages.isEmpty())
                .orElseThrow(() -> ApiError.invalid("messages", "messages must be a list with at least one message"));
        List<Map<String, Object>> messages = new ArrayList<>();
        for (int i = 0; i < json.size(); i++) {
            messages.add(message("messages[" + i + "]", json.path(i)));
        }
        Map<String, Object> settings =
                JsonValues.object(fields.object("chat_template_kwargs").orElse(MissingNode.getInstance()));
        List<Object> offered =
                tools.offered().stream().map(tool -> JsonValues.of(tool.json())).toList();
        List<Integer> prompt;
        try {
            String text = template.render(new Conversation(messages, offered, settings));
            Prompts.checkLength("messages", text, mostTokens);
            prompt = Prompts.boxed(tokenizer.encode(text));
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
        JsonNode calls = message.path("tool_calls");
        if (!calls.isArray() && !calls.isNull() && !calls.isMissingNode()) {
            throw ApiError.invalid(place + ".tool_calls", "tool_calls must be a list");
        }
        if (!calls.isEmpty()) {
            fields.put("tool_calls", toolCalls(place + ".tool_calls", calls));
        }
        return fields;
    }

    private static List<Object> toolCalls(String place, JsonNode calls) throws ApiError {
        List<Object> read = new ArrayList<>();
        for (int i = 0; i < calls.size(); i++) {
            JsonNode function = calls.path(i).path("function");
            if (!function.path("name").isTextual()) {
                String field = place + "[" + i + "].function.name";
                throw ApiError.invalid(field, field + " must be a string");
            }
            Map<String, Object> values = new LinkedHashMap<>(JsonValues.object(function));
            values.put("arguments", arguments(place + "[" + i + "].function.arguments", function.path("arguments")));
            Map<String, Object> call = new LinkedHashMap<>(JsonValues.object(calls.path(i)));
            call.put("function", values);
            read.add(call);
        }
        return read;
    }

    /** They come as a text of JSON; templates want them as values. */
    private static Object arguments(String field, JsonNode arguments) throws ApiError {
        try {
            JsonNode read =
                    arguments.isTextual() ? Fields.parse(arguments.asText()).json() : arguments;
            if (read.isObject() || read.isMissingNode() || read.isNull()) {
                return JsonValues.object(read);
            }
        } catch (ApiError noJson) {
            // told below
        }
        throw ApiError.invalid(field, field + " must be the text of a JSON object");
    }

    private static String content(String place, JsonNode content) throws ApiError {
        if (content.isTextual() || content.isNull() || content.isMissingNode()) {
            return content.asText("");
        }
        if (!content.isArray()) {
            throw ApiError.invalid(place, "content must be a string or a list of parts");
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            String type = part.path("type").asText();
            if (!type.equals("text")) {
                throw ApiError.invalid(place, "content of type \"" + type + "\" is not supported; only text is");
            }
            if (!part.path("text").isTextual()) {
                throw ApiError.invalid(place, "the text of a part of content must be a string");
            }
            text.append(part.path("text").asText());
        }
        return text.toString();
    }
}
