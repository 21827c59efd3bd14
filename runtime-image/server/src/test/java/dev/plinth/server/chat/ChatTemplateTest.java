package dev.plinth.server.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plinth.engine.Engine;
import dev.plinth.engine.LanguageModel;
import dev.plinth.engine.tokens.ByteTokenizer;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChatTemplateTest {
    private static final Map<String, Object> SYSTEM = Map.of("role", "system", "content", "Be brief.");
    private static final Map<String, Object> USER = Map.of("role", "user", "content", "Hi {{ 7 * 7 }} {% raw %}");

    @Test
    void aModelWithoutTemplateGetsTheContentsALineEach() throws Exception {
        assertThat(template(Optional.empty()).render(conversation(SYSTEM, Map.of("role", "user", "content", "Hi"))))
                .isEqualTo("Be brief.\nHi");
    }

    @Test
    void blocksLeaveNoBlankLinesAndValuesAreNoTemplates() throws Exception {
        String jinja = """
            {{ bos_token }}
            {% for message in messages %}
                {% if message['role'] == 'user' %}
            <user>{{ message['content'] | trim }}{{ eos_token }}
                {% elif loop.first %}
            <{{ message.role }}>{{ message.content }}
                {% endif %}
            {% endfor %}
            {% if add_generation_prompt %}<assistant>{% endif %}\
            """;

        assertThat(template(Optional.of(jinja)).render(conversation(SYSTEM, USER)))
                .isEqualTo("<s>\n<system>Be brief.\n<user>Hi {{ 7 * 7 }} {% raw %}</s>\n<assistant>");
    }

    @Test
    void aTemplateMayRefuseMessages() {
        String jinja = "{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system role') }}{% endif %}";

        assertThatThrownBy(() -> template(Optional.of(jinja)).render(conversation(SYSTEM)))
                .isInstanceOf(ChatTemplateException.class)
                .hasMessageContaining("no system role");
    }

    @Test
    void aTemplateThatCannotBeReadIsAnErrorAndNoWrongPrompt() {
        assertThatThrownBy(() -> template(Optional.of("{% for message in messages %}x{% endfo %}"))
                        .render(conversation(SYSTEM)))
                .isInstanceOf(ChatTemplateException.class)
                .hasMessage("it cannot be read: line 1: \"endfor\" is due, not \"endfo\"");
    }

    @SafeVarargs
    private static Conversation conversation(Map<String, Object>... messages) {
        return new Conversation(List.of(messages), List.of(), Map.of());
    }

    private static ChatTemplate template(Optional<String> jinja) {
        return new ChatTemplate(
                new LanguageModel(new NoEngine(), new ByteTokenizer(), Set.of(), jinja, "<s>", "</s>"),
                Clock.systemUTC());
    }

    private static final class NoEngine implements Engine {
        @Override
        public int vocabularySize() {
            return 256;
        }

        @Override
        public int maxSequenceLength() {
            return 1;
        }

        @Override
        public KvPool pool() {
            return new KvPool(0, 16, 0);
        }

        @Override
        public List<Scores> step(List<Copy> copies, List<Row> rows) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }
}
