package dev.plinth.server.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;

/**
 * {@code /v2}: what the Open Inference Protocol asks of a server about itself and its model, so that platforms made for it can watch
 * this one. Inference is by {@code /v1}.
 */
final class InferenceProtocolRoutes {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private final Availability availability;

    InferenceProtocolRoutes(Availability availability) {
        this.availability = availability;
    }

    void addTo(Endpoints endpoints) {
        endpoints.get("/v2", InferenceProtocolRoutes::server);
        endpoints.get("/v2/health/live", context -> state(context, "live", availability.healthy()));
        endpoints.get(
                "/v2/health/ready", context -> state(context, "ready", availability.ready() && availability.healthy()));
        endpoints.get("/v2/models/:model", this::model);
        endpoints.get("/v2/models/:model/ready", this::modelReady);
    }

    private static void server(RoutingContext context) {
        String version = Optional.ofNullable(
                        InferenceProtocolRoutes.class.getPackage().getImplementationVersion())
                .orElse("development");
        ObjectNode server = NODES.objectNode().put("name", "plinth").put("version", version);
        server.putArray("extensions");
        Responses.json(context.response(), 200, server);
    }

    private static void state(RoutingContext context, String name, boolean good) {
        Responses.json(context.response(), good ? 200 : 503, NODES.objectNode().put(name, good));
    }

    private void model(RoutingContext context) {
        try {
            Responses.json(context.response(), 200, describe(named(context)));
        } catch (ApiError error) {
            context.fail(error);
        }
    }

    private void modelReady(RoutingContext context) {
        try {
            named(context);
            state(context, "ready", true);
        } catch (ApiError error) {
            context.fail(error);
        }
    }

    private ServedModel named(RoutingContext context) throws ApiError {
        ServedModel model = availability.model();
        String asked = String.valueOf(context.pathParam("model"));
        if (!model.name().equals(asked)) {
            throw ApiError.modelNotFound(asked);
        }
        return model;
    }

    private static JsonNode describe(ServedModel model) {
        ObjectNode json = NODES.objectNode().put("name", model.name()).put("platform", "plinth");
        json.putArray("versions");
        json.putArray("inputs").add(tensor("text", "BYTES", -1));
        boolean embeds = model instanceof EmbeddingModel;
        int dimensions = model instanceof EmbeddingModel embedding
                ? embedding.embedder().encoder().dimensions()
                : -1;
        json.putArray("outputs").add(embeds ? tensor("embedding", "FP32", dimensions) : tensor("text", "BYTES", -1));
        return json;
    }

    private static ObjectNode tensor(String name, String type, int size) {
        ObjectNode tensor = NODES.objectNode().put("name", name).put("datatype", type);
        tensor.putArray("shape").add(size);
        return tensor;
    }
}
