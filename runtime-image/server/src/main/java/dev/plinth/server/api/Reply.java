package dev.plinth.server.api;

import dev.plinth.engine.adapter.UnusableAdapterException;
import dev.plinth.engine.constraint.ConstraintFailedException;
import dev.plinth.engine.generation.DeadlineException;
import dev.plinth.engine.generation.EngineClosedException;
import dev.plinth.engine.generation.Generation;
import dev.plinth.engine.generation.GenerationEvent;
import dev.plinth.engine.generation.GenerationEvent.Reason;
import dev.plinth.engine.generation.TokenChoice;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.stream.Stream;

/**
 * The answer to one request as it comes into being. All methods run on the connection's event loop. If the client goes away,
 * its generations are cancelled.
 */
abstract class Reply {
    protected final HttpServerResponse response;
    protected final CompletionRequest request;
    protected final AnswerFormat format;
    private final RequestSpan span;
    private final Runnable ended;
    private List<Generation> generations = List.of();
    /** Of each choice, what tells calls of functions from text. */
    private final List<ToolCallParser> parsers;

    private int open;
    private int generatedTokens;
    private int cachedTokens;
    private boolean over;

    /**
     * @param span told of the end of each choice, also if nobody waits for it any more
     * @param ended told once, when the answer has left or nobody waits for it any more
     */
    Reply(
            HttpServerResponse response,
            CompletionRequest request,
            AnswerFormat format,
            RequestSpan span,
            Runnable ended) {
        this.response = response;
        this.request = request;
        this.format = format;
        this.span = span;
        this.ended = ended;
        this.open = request.choices().size();
        this.parsers = Stream.generate(() -> new ToolCallParser(request.tools()))
                .limit(open)
                .toList();
        response.closeHandler(gone -> abandon());
    }

    final void begin(List<Generation> started) {
        generations = started;
        if (response.closed()) {
            abandon();
        } else if (over) {
            generations.forEach(Generation::cancel);
        } else {
            opened();
        }
    }

    final void on(int index, GenerationEvent event) {
        if (over) {
            traceEnd(event);
            return;
        }
        switch (event) {
            case GenerationEvent.Token token ->
                said(
                        index,
                        parsers.get(index).text(token.text() + format.mark(token.choice())),
                        List.of(token.choice()));
            case GenerationEvent.Finished finished -> {
                generatedTokens += finished.tokens();
                if (index % request.choicesAPrompt() == 0) { // each prompt counts once
                    cachedTokens += finished.cachedTokens();
                }
                ToolCallParser parser = parsers.get(index);
                said(index, parser.text(finished.rest()) + parser.finish(), List.of());
                String stopped = parser.calls() > 0 ? "tool_calls" : "stop";
                String reason = finished.reason() == Reason.LENGTH ? "length" : stopped;
                choiceFinished(index, reason);
                span.finished(finished, reason);
                if (--open == 0) {
                    span.cached(cachedTokens);
                    over(complete(new AnswerFormat.Usage(request.promptTokens(), generatedTokens, cachedTokens)));
                }
            }
            case GenerationEvent.Failed failed -> {
                generations.forEach(Generation::cancel);
                ApiError error = error(failed.cause());
                span.refused(error);
                span.failed();
                over(fail(error));
            }
        }
    }

    /** Nobody hears of this choice any more but the trace. */
    private void traceEnd(GenerationEvent event) {
        switch (event) {
            case GenerationEvent.Token token -> {}
            case GenerationEvent.Finished finished -> span.finished(finished, "abort");
            case GenerationEvent.Failed failed -> span.failed();
        }
    }

    /** The engine did not take the request. */
    final void refuse(ApiError error) {
        span.refused(error);
        span.notTaken(request.choices().size());
        over(fail(error));
    }

    private ApiError error(Throwable cause) {
        if (cause instanceof UnusableAdapterException unusable) {
            return ApiError.unusable("model", format.model(), unusable);
        }
        if (cause instanceof EngineClosedException) {
            return ApiError.unavailable("The server is shutting down.");
        }
        if (cause instanceof DeadlineException) {
            return ApiError.late();
        }
        if (cause instanceof ConstraintFailedException) {
            return ApiError.malformed(
                    "The answer cannot be kept within what was asked for: " + cause.getMessage() + ".");
        }
        Failures.log("generation failed", cause);
        return ApiError.internal();
    }

    protected final List<Generation> generations() {
        return generations;
    }

    /** The client is gone, or so slow that it counts as gone. */
    protected final void abandon() {
        generations.forEach(Generation::cancel);
        over(Future.succeededFuture());
    }

    private void over(Future<Void> sent) {
        if (!over) {
            over = true;
            sent.onComplete(done -> ended.run());
        }
    }

    abstract void opened();

    private void said(int index, String text, List<TokenChoice> tokens) {
        text(index, text, tokens);
        parsers.get(index).found().forEach(call -> call(index, call));
    }

    /** Text that became certain, or none, and the tokens that came. */
    abstract void text(int index, String text, List<TokenChoice> tokens);

    abstract void call(int index, ToolCall call);

    abstract void choiceFinished(int index, String finishReason);

    /** Sends the end; the future completes when the last byte has left. */
    abstract Future<Void> complete(AnswerFormat.Usage usage);

    abstract Future<Void> fail(ApiError error);
}
