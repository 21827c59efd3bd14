package dev.plinth.server.chat;

import java.util.List;
import java.util.Map;

/**
 * What a chat template is given, in the values that {@link dev.plinth.server.jinja.Template#render} takes.
 *
 * @param messages the turns, each with at least a role and a content
 * @param tools functions the model may call, as the request describes them; empty = none
 * @param settings further names, such as {@code enable_thinking}
 */
public record Conversation(List<Map<String, Object>> messages, List<Object> tools, Map<String, Object> settings) {
    public Conversation {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
        settings = Map.copyOf(settings);
    }
}
