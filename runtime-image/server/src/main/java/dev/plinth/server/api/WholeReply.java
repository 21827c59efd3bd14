package dev.plinth.server.api;

import dev.plinth.engine.generation.GenerationEvent;
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
        private final List<TokenChoice> tokens = new ArrayList<>();
        private String finishReason = "";
    }

    WholeReply(HttpServerResponse response, CompletionRequest request, AnswerFormat format, Runnable ended) {
        super(response, request, format, ended);
        this.drafts =
                Stream.generate(Draft::new).limit(request.choices().size()).toList();
    }

    @Override
    void opened() {}

    @Override
    void token(int index, GenerationEvent.Token token) {
        Draft draft = drafts.get(index);
        draft.text.append(token.text());
        if (request.logprobs()) {
            draft.tokens.add(token.choice());
        }
    }

    @Override
    void choiceFinished(int index, String rest, String finishReason) {
        Draft draft = drafts.get(index);
        draft.text.append(rest);
        draft.finishReason = finishReason;
    }

    @Override
    Future<Void> complete(AnswerFormat.Usage usage) {
        List<AnswerFormat.Choice> choices = drafts.stream()
                .map(draft -> new AnswerFormat.Choice(draft.text.toString(), draft.tokens, draft.finishReason))
                .toList();
        return Responses.json(response, 200, format.whole(choices, usage));
    }

    @Override
    Future<Void> fail(ApiError error) {
        return Responses.error(response, error);
    }
}
