package dev.plinth.server.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads calls as Qwen3-Coder writes them: {@code <function=f><parameter=a>1</parameter></function>}. */
final class TaggedCalls {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern FUNCTION =
            Pattern.compile("\\s*<function=([^>\\s]+)>(.*?)</function>\\s*", Pattern.DOTALL);
    /** The end of a parameter may be left out, and a line break on either side of its value is none of it. */
    private static final Pattern PARAMETER = Pattern.compile(
            "\\s*<parameter=([^>\\s]+)>\\n?(.*?)\\n?(?:</parameter>\\s*|(?=<parameter=)|$)", Pattern.DOTALL);

    private TaggedCalls() {}

    /** The calls; empty if the text is anything else, or calls what is not among these. */
    static Optional<List<ToolCall>> read(String text, Tools tools) {
        List<ToolCall> calls = new ArrayList<>();
        Matcher function = FUNCTION.matcher(text);
        int at = 0;
        while (at < text.length() && function.region(at, text.length()).lookingAt()) {
            String name = function.group(1);
            Optional<ObjectNode> arguments = tools.offered().stream()
                    .filter(tool -> tool.name().equals(name))
                    .findFirst()
                    .flatMap(tool -> arguments(function.group(2), tool));
            if (arguments.isEmpty()) {
                return Optional.empty();
            }
            calls.add(ToolCall.of(name, arguments.get().toString()));
            at = function.end();
        }
        return at < text.length() || calls.isEmpty() ? Optional.empty() : Optional.of(calls);
    }

    private static Optional<ObjectNode> arguments(String text, Tools.Tool tool) {
        ObjectNode arguments = JSON.createObjectNode();
        Matcher parameter = PARAMETER.matcher(text);
        int at = 0;
        while (at < text.length() && parameter.region(at, text.length()).lookingAt()) {
            JsonNode schema = tool.parameters().path("properties").path(parameter.group(1));
            arguments.set(parameter.group(1), value(parameter.group(2), schema));
            at = parameter.end();
        }
        return text.substring(at).isBlank() ? Optional.of(arguments) : Optional.empty();
    }

    /** A text where the function asks for one, else JSON, if it is any. */
    private static JsonNode value(String text, JsonNode schema) {
        if (!schema.path("type").asText().equals("string")) {
            try {
                JsonNode json = JSON.readTree(text);
                if (!json.isMissingNode()) {
                    return json;
                }
            } catch (JsonProcessingException noJson) {
                // a text, then
            }
        }
        return JSON.getNodeFactory().textNode(text);
    }
}
