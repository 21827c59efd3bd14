package dev.plinth.server.api;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The addresses of the server and the methods that each takes; any other method is told which those are. */
public final class Endpoints {
    private final Router router;
    private final Map<String, List<HttpMethod>> taken = new LinkedHashMap<>();

    public Endpoints(Router router) {
        this.router = router;
    }

    public void get(String path, Handler<RoutingContext> handler) {
        take(HttpMethod.GET, path, handler);
    }

    void post(String path, Handler<RoutingContext> handler) {
        take(HttpMethod.POST, path, handler);
    }

    private void take(HttpMethod method, String path, Handler<RoutingContext> handler) {
        taken.computeIfAbsent(path, first -> new ArrayList<>()).add(method);
        router.route(method, path).handler(handler);
    }

    /** Refuses all other methods; to be called when all endpoints are there. */
    void refuseOthers() {
        taken.forEach((path, methods) -> {
            String allowed = methods.stream().map(HttpMethod::name).collect(Collectors.joining(", "));
            router.route(path).handler(context -> {
                context.response().putHeader("Allow", allowed);
                context.fail(
                        ApiError.methodNotAllowed(context.request().method().name(), allowed));
            });
        });
    }
}
