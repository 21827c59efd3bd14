package dev.plinth.server.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plinth.engine.adapter.UnusableAdapterException;
import java.util.Optional;

/** A refusal or failure, told in OpenAI's form. */
public final class ApiError extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String type;
    private final Optional<String> parameter;
    private final Optional<String> code;

    private ApiError(int status, String type, String message, Optional<String> parameter, Optional<String> code) {
        super(message);
        this.status = status;
        this.type = type;
        this.parameter = parameter;
        this.code = code;
    }

    /** 400: a field has a value that cannot be. */
    static ApiError invalid(String parameter, String message) {
        return new ApiError(400, "invalid_request_error", message, Optional.of(parameter), Optional.empty());
    }

    /** 400: the body as a whole cannot be read. */
    static ApiError malformed(String message) {
        return new ApiError(400, "invalid_request_error", message, Optional.empty(), Optional.empty());
    }

    /**
     * 400: prompt and answer do not fit the model.
     *
     * @param parameter the field to make smaller
     * @param input the field that the prompt came in
     * @param limit tokens of prompt and answer together
     */
    static ApiError tooLong(String parameter, String input, int limit, int prompt, int answer) {
        String message =
                "This model's maximum context length is %d tokens. However, you requested %d tokens (%d in the %s, %d"
                        + " in the completion). Please reduce the length of the %s or completion.";
        return new ApiError(
                400,
                "invalid_request_error",
                message.formatted(limit, (long) prompt + answer, prompt, input, answer, input),
                Optional.of(parameter),
                Optional.of("context_length_exceeded"));
    }

    /**
     * 400: a text is longer than the model reads.
     *
     * @param index the text's place in the input
     */
    static ApiError inputTooLong(int index, int tokens, int limit) {
        return new ApiError(
                400,
                "invalid_request_error",
                "This model's maximum input length is %d tokens, but input %d has %d. Please reduce its length."
                        .formatted(limit, index, tokens),
                Optional.of("input"),
                Optional.of("context_length_exceeded"));
    }

    /** 400: a text is so long that it cannot fit the model. */
    static ApiError textTooLong(String parameter, int characters, int limit) {
        return new ApiError(
                400,
                "invalid_request_error",
                "This model's maximum context length is %d tokens, which %d characters of text do not fit. Please reduce the length of the %s."
                        .formatted(limit, characters, parameter),
                Optional.of(parameter),
                Optional.of("context_length_exceeded"));
    }

    /** 401: the request names no key that is known. */
    static ApiError unauthorized() {
        return new ApiError(
                401,
                "invalid_request_error",
                "Incorrect API key provided, or none. Send one as \"Authorization: Bearer KEY\".",
                Optional.empty(),
                Optional.of("invalid_api_key"));
    }

    /** 404: the model of that name is not served here. */
    static ApiError modelNotFound(String model) {
        return new ApiError(
                404,
                "invalid_request_error",
                "The model `" + model + "` does not exist",
                Optional.of("model"),
                Optional.of("model_not_found"));
    }

    /** 400, or 404 where files are missing: the adapter cannot be computed with. */
    static ApiError unusable(String parameter, String name, UnusableAdapterException why) {
        return new ApiError(
                why.missing() ? 404 : 400,
                "invalid_request_error",
                "The adapter `%s` cannot be used: %s.".formatted(name, why.getMessage()),
                Optional.of(parameter),
                Optional.of("unusable_adapter"));
    }

    /** 403: what not everybody may do who may ask. */
    static ApiError forbidden(String message) {
        return new ApiError(
                403, "invalid_request_error", message, Optional.empty(), Optional.of("insufficient_permissions"));
    }

    /** 404: no such address, or nothing this model can do. */
    static ApiError notFound(String message) {
        return new ApiError(404, "invalid_request_error", message, Optional.empty(), Optional.of("not_found"));
    }

    /** 405: the address takes other methods. */
    static ApiError methodNotAllowed(String method, String allowed) {
        return new ApiError(
                405,
                "invalid_request_error",
                "This address takes %s, not %s.".formatted(allowed, method),
                Optional.empty(),
                Optional.of("method_not_allowed"));
    }

    static ApiError tooLarge(long bytes) {
        return new ApiError(
                413,
                "invalid_request_error",
                "The request body is larger than " + bytes + " bytes.",
                Optional.empty(),
                Optional.of("request_too_large"));
    }

    /** 429: the queue is full; the answer says when to come again. */
    static ApiError busy(String message) {
        return new ApiError(429, "rate_limit_error", message, Optional.empty(), Optional.of("queue_full"));
    }

    /** 500: our fault. */
    static ApiError internal() {
        return new ApiError(
                500,
                "server_error",
                "The server had an error while processing your request.",
                Optional.empty(),
                Optional.empty());
    }

    /** 504: the time in which the caller waits is over. */
    static ApiError late() {
        return new ApiError(
                504,
                "timeout_error",
                "The request was not answered within its time.",
                Optional.empty(),
                Optional.of("timeout"));
    }

    /** 503: not yet or no longer serving. */
    static ApiError unavailable(String message) {
        return new ApiError(503, "server_error", message, Optional.empty(), Optional.of("unavailable"));
    }

    int status() {
        return status;
    }

    /** One word, or the status where there is none. */
    String kind() {
        return code.orElseGet(() -> Integer.toString(status));
    }

    /** {@code {"error": {message, type, param, code}}}. */
    ObjectNode toJson() {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.putObject("error")
                .put("message", getMessage())
                .put("type", type)
                .put("param", parameter.orElse(null))
                .put("code", code.orElse(null));
        return root;
    }
}
