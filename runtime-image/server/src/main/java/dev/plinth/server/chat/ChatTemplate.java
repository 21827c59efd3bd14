package dev.plinth.server.chat;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.FatalTemplateErrorsException;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import dev.plinth.engine.LanguageModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Turns messages into the prompt a model was trained on, by the Jinja template the model brings. A model without one (a base
 * model) gets the contents of the messages, a line each.
 */
public final class ChatTemplate {
    private final LanguageModel model;
    private final Jinjava jinja;

    public ChatTemplate(LanguageModel model) {
        this.model = model;
        // As transformers renders: blocks leave no blank lines. Values are text, never templates themselves.
        this.jinja = new Jinjava(JinjavaConfig.newBuilder()
                .withTrimBlocks(true)
                .withLstripBlocks(true)
                .withNestedInterpretationEnabled(false)
                .withLegacyOverrides(LegacyOverrides.newBuilder()
                        .withUsePyishObjectMapper(true)
                        .withIterateOverMapKeys(true)
                        .withWhitespaceRequiredWithinTokens(false)
                        .build())
                .build());
        Context functions = jinja.getGlobalContext();
        functions.registerFunction(
                new ELFunctionDefinition("", "raise_exception", ChatTemplate.class, "raise", String.class));
    }

    /**
     * The prompt, ending where the assistant's answer begins.
     *
     * @throws ChatTemplateException if the template refuses the messages or cannot be rendered
     */
    public String render(List<ChatMessage> messages) throws ChatTemplateException {
        if (model.chatTemplate().isEmpty()) {
            return messages.stream().map(ChatMessage::content).collect(Collectors.joining("\n"));
        }
        Map<String, Object> values = new HashMap<>();
        values.put("messages", messages.stream().map(ChatTemplate::fields).toList());
        values.put("add_generation_prompt", true);
        values.put("bos_token", model.beginText());
        values.put("eos_token", model.endText());
        try {
            return jinja.render(model.chatTemplate().get(), values);
        } catch (FatalTemplateErrorsException e) {
            TemplateError first = e.getErrors().iterator().next();
            for (Throwable cause = first.getException(); cause != null; cause = cause.getCause()) {
                if (cause instanceof Refusal refusal) {
                    throw new ChatTemplateException(refusal.said);
                }
            }
            throw new ChatTemplateException(first.getMessage());
        }
    }

    private static final class Refusal extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final String said;

        Refusal(String said) {
            super(said);
            this.said = said;
        }
    }

    /** What templates call on messages they do not accept. */
    public static String raise(String message) {
        throw new Refusal(message);
    }

    private static Map<String, Object> fields(ChatMessage message) {
        return Map.of("role", message.role(), "content", message.content());
    }
}
