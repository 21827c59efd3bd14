package dev.plinth.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.plinth.engine.generation.Generation;
import dev.plinth.engine.generation.TokenChoice;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Server-sent events, a frame a token. While the client reads more slowly than tokens come, its generations pause; if it
 * reads nothing for {@link #STALL_MILLIS} it counts as gone.
 */
final class StreamedReply extends Reply {
    private static final long STALL_MILLIS = 60_000;

    private final Vertx vertx;
    /** Tokens whose text is still held back, a list a choice. */
    private final List<List<TokenChoice>> held;

    /** Calls told of each choice. */
    private final int[] calls;

    private boolean paused;

    StreamedReply(
            Vertx vertx,
            HttpServerResponse response,
            CompletionRequest request,
            AnswerFormat format,
            RequestSpan span,
            Runnable ended) {
        super(response, request, format, span, ended);
        this.vertx = vertx;
        this.calls = new int[request.choices().size()];
        this.held = Stream.<List<TokenChoice>>generate(ArrayList::new)
                .limit(request.choices().size())
                .toList();
    }

    @Override
    void opened() {
        response.setChunked(true)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                .putHeader("X-Accel-Buffering", "no"); // proxies must not collect frames
        for (int index = 0; index < request.choices().size(); index++) {
            format.opening(index).ifPresent(this::frame);
        }
    }

    @Override
    void text(int index, String text, List<TokenChoice> tokens) {
        if (request.logprobs()) {
            held.get(index).addAll(tokens);
        }
        if (!text.isEmpty()) {
            send(index, text);
        }
    }

    @Override
    void call(int index, ToolCall call) {
        frame(format.call(index, calls[index]++, call));
    }

    @Override
    void choiceFinished(int index, String finishReason) {
        if (!held.get(index).isEmpty()) {
            send(index, "");
        }
        frame(format.finish(index, finishReason));
    }

    @Override
    Future<Void> complete(AnswerFormat.Usage usage) {
        if (request.includeUsage()) {
            frame(format.usageChunk(usage));
        }
        return response.end("data: [DONE]\n\n");
    }

    @Override
    Future<Void> fail(ApiError error) {
        if (!response.headWritten()) {
            response.setChunked(false);
            return Responses.error(response, error);
        }
        frame(error.toJson());
        return response.end();
    }

    private void send(int index, String text) {
        List<TokenChoice> tokens = held.get(index);
        frame(format.text(index, text, tokens));
        tokens.clear();
    }

    private void frame(JsonNode json) {
        if (response.closed()) {
            return;
        }
        response.write("data: " + json + "\n\n");
        if (!paused && response.writeQueueFull()) {
            pause();
        }
    }

    private void pause() {
        paused = true;
        generations().forEach(Generation::pause);
        long stalled = vertx.setTimer(STALL_MILLIS, timer -> {
            abandon();
            response.reset();
        });
        response.drainHandler(drained -> {
            vertx.cancelTimer(stalled);
            paused = false;
            generations().forEach(Generation::resume);
        });
    }
}
