package dev.plinth.server.api;

import dev.plinth.engine.generation.TokenChoice;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Collects all choices and answers once. */
final class WholeReply extends Reply {
    private final List<Draft> drafts;

    private static final class Draft {
        private final StringBuilder text = new StringBuilder();
        private final List<ToolCall> calls = new ArrayList<>();
        private final List<TokenChoice> tokens = new ArrayList<>();
        private String finishReason = "";
    }

    WholeReply(
            HttpServerResponse response,
            CompletionRequest request,
            AnswerFormat format,
            RequestSpan span,
            Runnable ended) {
        super(response, request, format, span, ended);
        this.drafts =
                Stream.generate(Draft::new).limit(request.choices().size()).toList();
    }

    @Override
    void opened() {}

    @Override
    void text(int index, String text, List<TokenChoice> tokens) {
        Draft draft = drafts.get(index);
        draft.text.append(text);
        if (request.logprobs()) {
            draft.tokens.addAll(tokens);
        }
    }

    @Override
    void call(int index, ToolCall call) {
        drafts.get(index).calls.add(call);
    }

    @Override
    void choiceFinished(int index, String finishReason) {
        drafts.get(index).finishReason = finishReason;
    }

    @Override
    Future<Void> complete(AnswerFormat.Usage usage) {
        List<AnswerFormat.Choice> choices = drafts.stream()
                .map(draft ->
                        new AnswerFormat.Choice(draft.text.toString(), draft.calls, draft.tokens, draft.finishReason))
                .toList();
        return Responses.json(response, 200, format.whole(choices, usage));
    }

    @Override
    Future<Void> fail(ApiError error) {
        return Responses.error(response, error);
    }
}
