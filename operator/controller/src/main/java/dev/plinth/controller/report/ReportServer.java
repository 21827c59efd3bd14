package dev.plinth.controller.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * {@code POST /v1/report}: one small JSON from a member, one small JSON back. Only the leader answers; the others say 503, and the member
 * asks again.
 */
public final class ReportServer implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ReportServer.class);
    private static final long LARGEST_BODY_BYTES = 65_536;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Leadership leadership;
    private final ReportDesk desk;
    private final HttpServer server;

    ReportServer(Vertx vertx, int port, Leadership leadership, ReportDesk desk) throws Exception {
        this.leadership = leadership;
        this.desk = desk;
        var router = Router.router(vertx);
        router.post("/v1/report")
                .handler(BodyHandler.create(false).setBodyLimit(LARGEST_BODY_BYTES))
                .handler(this::receive);
        server = vertx.createHttpServer().requestHandler(router);
        server.listen(port).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    /** The port it listens on. */
    public int port() {
        return server.actualPort();
    }

    @Override
    public void close() {
        server.close();
    }

    private void receive(RoutingContext request) {
        if (!leadership.leading()) {
            reply(request, new ReportReply.Refused(503, "This operator does not lead. Report again."));
            return;
        }
        var token = request.request().getHeader("Authorization");
        if (token == null || !token.startsWith("Bearer ")) {
            reply(request, new ReportReply.Refused(401, "Send the header Authorization: Bearer TOKEN."));
            return;
        }
        // A token that is not remembered costs a request to the API server, which the event loop must not wait for.
        Thread.ofVirtual()
                .name("report")
                .start(() -> reply(request, answer(token.substring("Bearer ".length()), request)));
    }

    private ReportReply answer(String token, RoutingContext request) {
        try {
            return desk.take(token, JSON.readValue(text(request), ReportMessage.class));
        } catch (JsonProcessingException e) {
            return new ReportReply.Refused(400, "Not a report: " + e.getOriginalMessage());
        } catch (Exception e) {
            LOG.warn("a report was not taken", e);
            return new ReportReply.Refused(503, "The report could not be judged now. Report again.");
        }
    }

    private static String text(RoutingContext request) {
        return Objects.requireNonNullElse(request.body().asString(), "");
    }

    private static void reply(RoutingContext request, ReportReply reply) {
        try {
            request.response()
                    .setStatusCode(reply.status())
                    .putHeader("Content-Type", "application/json")
                    .end(JSON.writeValueAsString(reply));
        } catch (JsonProcessingException e) {
            request.fail(e);
        }
    }
}
