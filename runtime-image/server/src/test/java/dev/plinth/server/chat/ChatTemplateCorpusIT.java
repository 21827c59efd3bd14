package dev.plinth.server.chat;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plinth.server.Fetched;
import dev.plinth.server.jinja.JinjaException;
import dev.plinth.server.jinja.None;
import dev.plinth.server.jinja.Template;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Templates of published models give the very text that Jinja2 gave, as {@code src/test/reference/chat_templates.py} recorded it,
 * or refuse with the same words. That script prints the expected text of one that fails.
 */
class ChatTemplateCorpusIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Clock NOW = Clock.fixed(Instant.parse("2026-03-05T14:07:09Z"), ZoneOffset.UTC);

    @TestFactory
    Stream<DynamicTest> aTemplateGivesTheTextThatJinja2Gives() throws Exception {
        Path templates = Fetched.by("fetch-chat-templates.sh");
        JsonNode conversations = resource("conversations.json");
        List<DynamicTest> tests = new ArrayList<>();
        resource("recorded.json")
                .properties()
                .forEach(template -> template.getValue().properties().forEach(recorded -> {
                    String name = template.getKey() + ", " + recorded.getKey();
                    tests.add(DynamicTest.dynamicTest(
                            name,
                            () -> assertThat(render(
                                            Files.readString(templates.resolve(template.getKey() + ".jinja")),
                                            conversations.path(recorded.getKey())))
                                    .satisfies(text -> assertThat(outcome(text))
                                            .isEqualTo(recorded.getValue().toString()))));
                }));
        return tests.stream();
    }

    private static String outcome(Object rendered) throws Exception {
        return switch (rendered) {
            case JinjaException e
            when e.refusal() ->
                JSON.createObjectNode().put("refused", e.getMessage()).toString();
            case JinjaException e -> "{\"error\":true}";
            default -> {
                byte[] text = rendered.toString().getBytes(StandardCharsets.UTF_8);
                byte[] digest = MessageDigest.getInstance("SHA-256").digest(text);
                yield "{\"sha256\":\"" + HexFormat.of().formatHex(digest) + "\"}";
            }
        };
    }

    /** A text, or why there is none. */
    private static Object render(String template, JsonNode conversation) {
        JsonNode tools = conversation.path("tools");
        Map<String, Object> values = new HashMap<>();
        values.put("messages", JsonValues.of(conversation.path("messages")));
        values.put("tools", tools.isMissingNode() ? None.NONE : JsonValues.of(tools));
        values.put("documents", None.NONE);
        values.put("add_generation_prompt", true);
        values.put("bos_token", "<s>");
        values.put("eos_token", "</s>");
        try {
            return Template.parse(template).render(values, NOW);
        } catch (JinjaException e) {
            return e;
        }
    }

    private static JsonNode resource(String name) throws Exception {
        return JSON.readTree(ChatTemplateCorpusIT.class.getResourceAsStream("/chat/" + name));
    }
}
