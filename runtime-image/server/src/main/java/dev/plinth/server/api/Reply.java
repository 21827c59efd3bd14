package dev.plinth.server.api;

import dev.plinth.engine.generation.DeadlineException;
import dev.plinth.engine.generation.EngineClosedException;
import dev.plinth.engine.generation.Generation;
import dev.plinth.engine.generation.GenerationEvent;
import dev.plinth.engine.generation.GenerationEvent.Reason;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;

/**
 * The answer to one request as it comes into being. All methods run on the connection's event loop. If the client goes away,
 * its generations are cancelled.
 */
abstract class Reply {
    protected final HttpServerResponse response;
    protected final CompletionRequest request;
    protected final AnswerFormat format;
    private final Runnable ended;
    private List<Generation> generations = List.of();
    private int open;
    private int generatedTokens;
    private int cachedTokens;
    private boolean over;

    /** @param ended told once, when the answer has left or nobody waits for it any more */
    Reply(HttpServerResponse response, CompletionRequest request, AnswerFormat format, Runnable ended) {
        this.response = response;
        this.request = request;
        this.format = format;
        this.ended = ended;
        this.open = request.choices().size();
        response.closeHandler(gone -> abandon());
    }

    final void begin(List<Generation> started) {
        generations = started;
        if (over) {
            generations.forEach(Generation::cancel);
            return;
        }
        opened();
    }

    final void on(int index, GenerationEvent event) {
        if (over) {
            return;
        }
        switch (event) {
            case GenerationEvent.Token token -> token(index, token);
            case GenerationEvent.Finished finished -> {
                generatedTokens += finished.tokens();
                if (index % request.choicesAPrompt() == 0) { // each prompt counts once
                    cachedTokens += finished.cachedTokens();
                }
                choiceFinished(index, finished.rest(), finished.reason() == Reason.LENGTH ? "length" : "stop");
                if (--open == 0) {
                    over(complete(new AnswerFormat.Usage(request.promptTokens(), generatedTokens, cachedTokens)));
                }
            }
            case GenerationEvent.Failed failed -> {
                generations.forEach(Generation::cancel);
                over(fail(error(failed.cause())));
            }
        }
    }

    /** The engine did not take the request. */
    final void refuse(ApiError error) {
        over(fail(error));
    }

    private static ApiError error(Throwable cause) {
        if (cause instanceof EngineClosedException) {
            return ApiError.unavailable("The server is shutting down.");
        }
        if (cause instanceof DeadlineException) {
            return ApiError.late();
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

    abstract void token(int index, GenerationEvent.Token token);

    abstract void choiceFinished(int index, String rest, String finishReason);

    /** Sends the end; the future completes when the last byte has left. */
    abstract Future<Void> complete(AnswerFormat.Usage usage);

    abstract Future<Void> fail(ApiError error);
}
