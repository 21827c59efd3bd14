package dev.plinth.server.chat;

import dev.plinth.engine.LanguageModel;
import dev.plinth.server.jinja.JinjaException;
import dev.plinth.server.jinja.None;
import dev.plinth.server.jinja.Template;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Turns messages into the prompt a model was trained on, by the Jinja template the model brings. A model without one (a base
 * model) gets the contents of the messages, a line each.
 */
public final class ChatTemplate {
    private final LanguageModel model;
    private final Clock clock;
    private Optional<Template> template = Optional.empty();
    /** Why the model's template cannot be used. Its other endpoints can be. */
    private Optional<JinjaException> unreadable = Optional.empty();

    /** @param clock tells templates the date, which some of them print */
    public ChatTemplate(LanguageModel model, Clock clock) {
        this.model = model;
        this.clock = clock;
        try {
            template = model.chatTemplate().map(Template::parse);
        } catch (JinjaException e) {
            unreadable = Optional.of(e);
        }
    }

    /**
     * The prompt, ending where the assistant's answer begins.
     *
     * @throws ChatTemplateException if the template refuses the messages or cannot be rendered
     */
    public String render(Conversation conversation) throws ChatTemplateException {
        if (unreadable.isPresent()) {
            throw new ChatTemplateException(
                    "it cannot be read: " + unreadable.get().getMessage());
        }
        if (template.isEmpty()) {
            return conversation.messages().stream()
                    .map(message -> String.valueOf(message.get("content")))
                    .collect(Collectors.joining("\n"));
        }
        Map<String, Object> values = new HashMap<>(conversation.settings());
        values.put("messages", conversation.messages());
        values.put("tools", conversation.tools().isEmpty() ? None.NONE : conversation.tools());
        values.put("documents", None.NONE);
        values.put("add_generation_prompt", true);
        values.put("bos_token", model.beginText());
        values.put("eos_token", model.endText());
        try {
            return template.get().render(values, clock);
        } catch (JinjaException e) {
            throw new ChatTemplateException(String.valueOf(e.getMessage()));
        }
    }
}
