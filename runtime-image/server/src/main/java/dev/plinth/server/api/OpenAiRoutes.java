package dev.plinth.server.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.plinth.engine.adapter.Adapter;
import dev.plinth.engine.generation.EngineClosedException;
import dev.plinth.engine.generation.GenerationEvent;
import dev.plinth.engine.generation.GenerationRequest;
import dev.plinth.engine.generation.Generator;
import dev.plinth.engine.generation.QueueFullException;
import dev.plinth.server.api.CompletionRequest.Endpoint;
import dev.plinth.server.tracing.Tracing;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** {@code /v1}: models, completions, chat completions, embeddings, adapters; and errors in OpenAI's form everywhere. */
public final class OpenAiRoutes {
    private static final String CALLER = "caller";
    private static final Duration BODY_ARRIVES_WITHIN = Duration.ofSeconds(30);

    private final Vertx vertx;
    private final Availability availability;
    private final RequestLimits limits;
    private final ApiKeys keys;
    private final boolean adaptersByAnyone;
    private final Tracing tracing;

    /**
     * What the routes answer with.
     *
     * @param adaptersByAnyone whether whoever may ask may also load and unload adapters; else administrators only
     */
    public OpenAiRoutes(
            Vertx vertx,
            Availability availability,
            RequestLimits limits,
            ApiKeys keys,
            boolean adaptersByAnyone,
            Tracing tracing) {
        this.vertx = vertx;
        this.availability = availability;
        this.limits = limits;
        this.keys = keys;
        this.adaptersByAnyone = adaptersByAnyone;
        this.tracing = tracing;
    }

    /** Adds the routes; the last ones of a router, since they answer whatever no route took. */
    public void addTo(Router router, Endpoints endpoints) {
        trace(router.post("/v1/completions"), "text_completion");
        trace(router.post("/v1/chat/completions"), "chat");
        trace(router.post("/v1/embeddings"), "embeddings");
        router.route("/v1/*").handler(this::authorize);
        router.route("/v1/*").handler(this::awaitBody);
        router.route("/v1/*").handler(OpenAiRoutes::takeForJson);
        router.route("/v1/*").handler(BodyHandler.create(false).setBodyLimit(limits.bytes()));
        router.post("/v1/load_lora_adapter").handler(this::mayChangeAdapters);
        router.post("/v1/unload_lora_adapter").handler(this::mayChangeAdapters);
        endpoints.get("/v1/models", this::models);
        endpoints.get("/v1/models/:model", this::model);
        endpoints.post("/v1/completions", context -> complete(context, Endpoint.TEXT));
        endpoints.post("/v1/chat/completions", context -> complete(context, Endpoint.CHAT));
        endpoints.post("/v1/embeddings", this::embed);
        endpoints.post("/v1/load_lora_adapter", context -> changeAdapters(context, true));
        endpoints.post("/v1/unload_lora_adapter", context -> changeAdapters(context, false));
        new InferenceProtocolRoutes(availability).addTo(endpoints);
        endpoints.get("/openapi.json", new OpenApi());
        endpoints.refuseOthers();
        router.route()
                .handler(context -> context.fail(ApiError.notFound(
                        "Unknown address: " + context.request().method() + " " + context.normalizedPath())));
        router.route().failureHandler(this::fail);
    }

    /** Answers a request whose address no router can read. */
    public static void refuseAddress(HttpServerResponse response) {
        Responses.error(response, ApiError.malformed("The address of the request cannot be read."));
    }

    private void trace(Route route, String operation) {
        route.handler(context -> RequestSpan.begin(tracing, context, operation));
    }

    private void authorize(RoutingContext context) {
        Optional<Caller> caller =
                keys.caller(Optional.ofNullable(context.request().getHeader(HttpHeaders.AUTHORIZATION)));
        if (caller.isPresent()) {
            context.put(CALLER, caller.get()).next();
        } else {
            context.fail(ApiError.unauthorized());
        }
    }

    /** Half a body takes memory for as long as its connection lasts. */
    private void awaitBody(RoutingContext context) {
        vertx.setTimer(BODY_ARRIVES_WITHIN.toMillis(), late -> {
            if (!context.request().isEnded()) {
                context.request().connection().close();
            }
        });
        context.next();
    }

    /** Bodies are JSON, whatever a header says; what is called a form, as curl does, would be taken apart, and refused if it is long. */
    private static void takeForJson(RoutingContext context) {
        context.request().headers().set(HttpHeaders.CONTENT_TYPE, "application/json");
        context.next();
    }

    private void models(RoutingContext context) {
        try {
            ObjectNode list = JsonNodeFactory.instance.objectNode().put("object", "list");
            ServedModel model = availability.model();
            ArrayNode data = list.putArray("data").add(describe(model));
            adapters(model).forEach(adapter -> data.add(describe(model, adapter)));
            Responses.json(context.response(), 200, list);
        } catch (ApiError error) {
            context.fail(error);
        }
    }

    private void model(RoutingContext context) {
        try {
            ServedModel model = availability.model();
            String asked = context.pathParam("model");
            Optional<ObjectNode> adapter = adapters(model).stream()
                    .filter(one -> one.name().equals(asked))
                    .map(one -> describe(model, one))
                    .findFirst();
            if (adapter.isEmpty() && !model.name().equals(asked)) {
                throw ApiError.modelNotFound(String.valueOf(asked));
            }
            Responses.json(context.response(), 200, adapter.orElseGet(() -> describe(model)));
        } catch (ApiError error) {
            context.fail(error);
        }
    }

    private static ObjectNode describe(ServedModel model) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", model.name())
                .put("object", "model")
                .put("created", model.loaded().getEpochSecond())
                .put("owned_by", "plinth")
                .put("root", model.name())
                .putNull("parent")
                .put("max_model_len", model.maxSequenceLength());
    }

    private static ObjectNode describe(ServedModel model, Adapter adapter) {
        return describe(model)
                .put("id", adapter.name())
                .put("created", adapter.loaded().getEpochSecond())
                .put("root", adapter.folder().toString())
                .put("parent", model.name());
    }

    private static List<Adapter> adapters(ServedModel model) {
        return model instanceof GeneratingModel generating
                ? generating.adapters().all()
                : List.of();
    }

    /** Adapters are read from a shared folder and answer for everybody, so they are not for whoever may ask. */
    private void mayChangeAdapters(RoutingContext context) {
        if (adaptersByAnyone || context.<Caller>get(CALLER, Caller.ANYBODY).admin()) {
            context.next();
        } else {
            context.fail(
                    ApiError.forbidden(
                            "Only an administrator may load and unload adapters: name an API key that stands in the file of keys behind the word"
                                    + " \"admin\", or let anyone do it (spec.adapters.changes: Anyone of the ModelService; PLINTH_ADAPTER_CHANGES=anyone)."));
        }
    }

    /** vLLM's {@code /v1/load_lora_adapter} and {@code /v1/unload_lora_adapter}; on a worker, since files are read. */
    private void changeAdapters(RoutingContext context, boolean load) {
        String body = body(context);
        vertx.executeBlocking(() -> changeAdapters(body, load), false)
                .onSuccess(said -> context.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain")
                        .end(said))
                .onFailure(context::fail);
    }

    private String changeAdapters(String body, boolean load) throws ApiError {
        if (!(availability.model() instanceof GeneratingModel model)) {
            throw ApiError.notFound("This model embeds texts; it takes no adapters.");
        }
        Fields fields = Fields.parse(body);
        String name =
                fields.text("lora_name").orElseThrow(() -> ApiError.invalid("lora_name", "lora_name is required"));
        if (load) {
            String path =
                    fields.text("lora_path").orElseThrow(() -> ApiError.invalid("lora_path", "lora_path is required"));
            model.adapters().load(name, path);
            return "Success: LoRA adapter '%s' added successfully.".formatted(name);
        }
        model.adapters().unload(name);
        return "Success: LoRA adapter '%s' removed successfully.".formatted(name);
    }

    /** Reads the request on a worker, since a long prompt takes its time to become tokens, then hands it to the engine. */
    private void complete(RoutingContext context, Endpoint endpoint) {
        long arrived = System.nanoTime();
        ServedModel served = enter(context);
        if (served == null) {
            return;
        }
        if (!(served instanceof GeneratingModel model)) {
            refuse(
                    context,
                    ApiError.notFound(
                            "This model embeds texts; it cannot generate any. Serve a generating model to use "
                                    + context.normalizedPath() + "."));
            return;
        }
        RequestHeaders headers = RequestHeaders.of(
                        context.<Caller>get(CALLER, Caller.ANYBODY).owner(),
                        context.request().headers(),
                        arrived)
                .within(limits, arrived);
        String body = body(context);
        vertx.executeBlocking(() -> model.reader().read(endpoint, body, headers), false)
                .onSuccess(request -> answer(context, model, request, arrived))
                .onFailure(cause -> refuse(context, cause));
    }

    private void embed(RoutingContext context) {
        long arrived = System.nanoTime();
        ServedModel served = enter(context);
        if (served == null) {
            return;
        }
        if (!(served instanceof EmbeddingModel model)) {
            refuse(
                    context,
                    ApiError.notFound("This model generates text; it"
                            + " cannot embed. Serve an embedding model to use /v1/embeddings."));
            return;
        }
        String body = body(context);
        vertx.executeBlocking(
                        () -> EmbeddingRequest.read(
                                body, model.name(), model.embedder().encoder()),
                        false)
                .onSuccess(request -> answer(context, model, request, arrived))
                .onFailure(cause -> refuse(context, cause));
    }

    /** The model, if it may be used now; the request then counts until {@link Availability#leave}. */
    private @Nullable ServedModel enter(RoutingContext context) {
        try {
            return availability.enter();
        } catch (ApiError error) {
            context.fail(error);
            return null;
        }
    }

    /** Ends a request that has entered. */
    private void refuse(RoutingContext context, Throwable cause) {
        leaveOnceAnswered(context);
        context.fail(cause);
    }

    /** A client that has gone already gets no answer, and nobody tells us of its end again. */
    private void leaveOnceAnswered(RoutingContext context) {
        if (context.response().closed()) {
            availability.leave();
        } else {
            context.addEndHandler(sent -> availability.leave());
        }
    }

    private static String body(RoutingContext context) {
        @Nullable Buffer body = context.body().buffer();
        return body == null ? "" : body.toString(StandardCharsets.UTF_8); // JSON is UTF-8, whatever a header says.
    }

    private void answer(RoutingContext context, EmbeddingModel model, EmbeddingRequest request, long arrived) {
        leaveOnceAnswered(context);
        RequestSpan.of(context).understood(model.name(), request);
        Context loop = vertx.getOrCreateContext();
        try {
            model.embedder()
                    .submit(request.texts())
                    .whenComplete((vectors, failure) -> loop.runOnContext(now -> {
                        model.metrics().ended(request.tokens(), failure == null, (System.nanoTime() - arrived) / 1e9);
                        if (failure == null) {
                            Responses.json(context.response(), 200, EmbeddingAnswer.of(model.name(), request, vectors));
                        } else {
                            context.fail(
                                    closed(failure) ? ApiError.unavailable("The server is shutting down.") : failure);
                        }
                    }));
        } catch (QueueFullException e) {
            context.fail(ApiError.busy("The server is busy: " + e.getMessage() + ". Retry later."));
        } catch (EngineClosedException e) {
            context.fail(ApiError.unavailable("The server is shutting down."));
        }
    }

    private static boolean closed(Throwable failure) {
        return failure instanceof EngineClosedException || failure.getCause() instanceof EngineClosedException;
    }

    private void answer(RoutingContext context, GeneratingModel model, CompletionRequest request, long arrived) {
        String name = request.choices().getFirst().adapter().map(Adapter::name).orElse(model.name());
        var format = new AnswerFormat(request, name, model.generator().model().tokenizer(), model.marks());
        RequestSpan span = RequestSpan.of(context);
        span.understood(name, request, format.id());
        Reply reply = request.stream()
                ? new StreamedReply(vertx, context.response(), request, format, span, availability::leave)
                : new WholeReply(context.response(), request, format, span, availability::leave);
        Context loop = vertx.getOrCreateContext();
        List<Generator.Submission> submissions = new ArrayList<>();
        for (int index = 0; index < request.choices().size(); index++) {
            GenerationRequest choice = request.choices().get(index);
            Consumer<GenerationEvent> measured = model.metrics().measure(choice, arrived);
            int position = index;
            submissions.add(new Generator.Submission(choice, event -> {
                measured.accept(event);
                loop.runOnContext(now -> reply.on(position, event));
            }));
        }
        try {
            reply.begin(model.generator().submit(submissions));
            model.metrics()
                    .accepted(
                            request.choicesAPrompt(),
                            request.choices().getFirst().maxTokens());
        } catch (QueueFullException e) {
            model.metrics().rejected("queue_full");
            reply.refuse(
                    submissions.size() > e.capacity()
                            ? ApiError.invalid(
                                    "n",
                                    "A request may ask for at most %d answers, prompts times n; this one asks for %d."
                                            .formatted(e.capacity(), submissions.size()))
                            : ApiError.busy("The server is busy: " + e.getMessage() + ". Retry later."));
        } catch (EngineClosedException e) {
            reply.refuse(ApiError.unavailable("The server is shutting down."));
        }
    }

    private void fail(RoutingContext context) {
        ApiError error = error(context);
        RequestSpan.of(context).refused(error);
        Responses.error(context.response(), error);
    }

    private ApiError error(RoutingContext context) {
        @Nullable Throwable failure = context.failure();
        if (failure instanceof ApiError error) {
            return error;
        }
        if (context.statusCode() == 413) {
            return ApiError.tooLarge(limits.bytes());
        }
        if (failure != null
                && !(failure instanceof HttpClosedException)) { // who has gone in the midst of a body is no fault
            Failures.log("request failed", failure);
        }
        return ApiError.internal();
    }
}
