package dev.plinth.server.api;

import java.util.UUID;

/**
 * A call that the model asks for.
 *
 * @param arguments JSON, as the model wrote it
 */
record ToolCall(String id, String name, String arguments) {
    static ToolCall of(String name, String arguments) {
        return new ToolCall("call_" + UUID.randomUUID().toString().replace("-", ""), name, arguments);
    }
}
