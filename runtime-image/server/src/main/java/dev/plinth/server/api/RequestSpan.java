package dev.plinth.server.api;

import dev.plinth.engine.generation.GenerationEvent;
import dev.plinth.engine.generation.GenerationRequest;
import dev.plinth.engine.generation.Sampling;
import dev.plinth.server.tracing.Tracing;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a trace tells of one request, by OpenTelemetry's conventions for generative models, with times by the names that vLLM gives them.
 * Never a text, nor what could be one: no prompt, answer, stop string, or name of a model that is not served. Used on the event loop of
 * the request.
 */
final class RequestSpan {
    private static final String KEY = "request-span";
    private static final AttributeKey<List<String>> FINISH_REASONS =
            AttributeKey.stringArrayKey("gen_ai.response.finish_reasons");
    private static final TextMapGetter<MultiMap> HEADERS = new TextMapGetter<>() {
        @Override
        public Iterable<String> keys(MultiMap headers) {
            return headers.names();
        }

        @Override
        public @Nullable String get(@Nullable MultiMap headers, String name) {
            return headers == null ? null : headers.get(name);
        }
    };

    private final Span span;
    private final String operation;
    private final long arrived = System.nanoTime();
    private final List<String> finishReasons = new ArrayList<>();
    /** What the span must see the end of: the exchange itself, and each choice. */
    private int open = 1;

    private long scheduled = Long.MAX_VALUE;
    private long firstToken = Long.MAX_VALUE;
    private long queuedNanos;
    private int generated;

    private RequestSpan(Span span, String operation) {
        this.span = span;
        this.operation = operation;
    }

    /** Begins the span of a request, as a part of the trace that its headers name. */
    static void begin(Tracing tracing, RoutingContext context, String operation) {
        Context caller =
                tracing.propagator().extract(Context.root(), context.request().headers(), HEADERS);
        Span span = tracing.tracer()
                .spanBuilder(operation)
                .setParent(caller)
                .setSpanKind(SpanKind.SERVER)
                .setAttribute("gen_ai.operation.name", operation)
                .setAttribute("gen_ai.provider.name", "plinth")
                .setAttribute("http.request.method", context.request().method().name())
                .setAttribute("http.route", context.normalizedPath())
                .startSpan();
        RequestSpan begun = new RequestSpan(span, operation);
        context.put(KEY, begun);
        context.addEndHandler(over -> begun.answered(context.response()));
        context.next();
    }

    /** That of the request; one that tells nobody anything where none was begun. */
    static RequestSpan of(RoutingContext context) {
        return Optional.ofNullable(context.<RequestSpan>get(KEY))
                .orElseGet(() -> new RequestSpan(Span.getInvalid(), ""));
    }

    void understood(String model, EmbeddingRequest request) {
        served(model);
        span.setAttribute("gen_ai.usage.input_tokens", request.tokens());
    }

    /** @param model the one that answers, or an adapter of it */
    void understood(String model, CompletionRequest request, String answerId) {
        open += request.choices().size();
        if (!span.isRecording()) {
            return;
        }
        served(model);
        GenerationRequest first = request.choices().getFirst();
        Sampling sampling = first.sampling();
        span.setAttribute("gen_ai.response.id", answerId)
                .setAttribute("gen_ai.usage.input_tokens", request.promptTokens())
                .setAttribute("gen_ai.request.max_tokens", first.maxTokens())
                .setAttribute("gen_ai.request.temperature", sampling.temperature())
                .setAttribute("gen_ai.request.top_p", sampling.topP())
                .setAttribute("gen_ai.request.frequency_penalty", sampling.frequencyPenalty())
                .setAttribute("gen_ai.request.presence_penalty", sampling.presencePenalty())
                .setAttribute("gen_ai.request.stream", request.stream());
        if (sampling.topK() > 0) {
            span.setAttribute("gen_ai.request.top_k", sampling.topK());
        }
        if (request.choicesAPrompt() > 1) {
            span.setAttribute("gen_ai.request.choice.count", request.choicesAPrompt());
        }
    }

    private void served(String model) {
        span.updateName(operation + " " + model)
                .setAttribute("gen_ai.request.model", model)
                .setAttribute("gen_ai.response.model", model);
    }

    /** The engine took none of the choices. */
    void notTaken(int choices) {
        ended(choices);
    }

    /** @param reason as the answer tells it */
    void finished(GenerationEvent.Finished choice, String reason) {
        GenerationEvent.Timing timing = choice.timing();
        finishReasons.add(reason);
        generated += choice.tokens();
        if (timing.scheduled() < scheduled) {
            scheduled = timing.scheduled();
            queuedNanos = timing.scheduled() - timing.arrived();
        }
        if (choice.tokens() > 0) {
            firstToken = Math.min(firstToken, timing.firstToken());
        }
        ended(1);
    }

    /** One choice could not be computed. */
    void failed() {
        finishReasons.add("error");
        ended(1);
    }

    /** @param cached tokens of the prompts that an earlier request had computed */
    void cached(int cached) {
        span.setAttribute("gen_ai.usage.cache_read.input_tokens", cached);
    }

    /** What the caller is told went wrong. */
    void refused(ApiError error) {
        span.setAttribute("error.type", error.kind());
        if (error.status() >= 500) {
            span.setStatus(StatusCode.ERROR);
        }
    }

    private void answered(HttpServerResponse response) {
        span.setAttribute("http.response.status_code", response.getStatusCode());
        if (!response.ended()) {
            span.setAttribute("error.type", "client_closed_request");
        }
        ended(1);
    }

    private void ended(int parts) {
        open -= parts;
        if (open > 0 || !span.isRecording()) {
            return;
        }
        if (!finishReasons.isEmpty()) {
            span.setAttribute(FINISH_REASONS, finishReasons).setAttribute("gen_ai.usage.output_tokens", generated);
        }
        if (scheduled < Long.MAX_VALUE) {
            span.setAttribute("gen_ai.latency.time_in_queue", queuedNanos / 1e9);
        }
        if (firstToken < Long.MAX_VALUE) {
            span.setAttribute("gen_ai.latency.time_to_first_token", (firstToken - arrived) / 1e9);
        }
        span.end();
    }
}
