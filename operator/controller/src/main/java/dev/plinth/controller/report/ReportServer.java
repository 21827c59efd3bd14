package dev.plinth.controller.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.plinth.controller.kubernetes.Leadership;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.TimeoutHandler;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.jboss.logging.Logger;

/**
 * {@code POST /v1/report}: one small JSON from a member, one small JSON back. Only the leader answers; the others say
 * 503, and the member asks again.
 */
public final class ReportServer implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ReportServer.class);
    private static final long LARGEST_BODY_BYTES = 65_536;

    /** From the headers of a report to the answer. A member gives up earlier; who is slower holds a connection. */
    static final Duration SLOWEST = Duration.ofSeconds(10);

    /** A connection on which nothing comes: members report each second on theirs. */
    private static final int IDLE_SECONDS = 60;

    /** What looks like a report but is not quite one is refused, not guessed at: 0.7 is no index, and 0 no state. */
    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Leadership leadership;
    private final ReportDesk desk;
    private final IntConsumer answered;
    private final HttpServer server;

    /**
     * Starts to listen.
     *
     * @param port 0 for any
     * @param slowest time that a report has, with its answer
     * @param answered told the HTTP status of each answer
     */
    ReportServer(Vertx vertx, int port, Leadership leadership, ReportDesk desk, Duration slowest, IntConsumer answered)
            throws Exception {
        this.leadership = leadership;
        this.desk = desk;
        this.answered = answered;
        server = vertx.createHttpServer(
                        new HttpServerOptions().setIdleTimeout(IDLE_SECONDS).setHttp2ClearTextEnabled(false))
                .requestHandler(router(vertx, slowest));
        server.listen(port).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    private Router router(Vertx vertx, Duration slowest) {
        var router = Router.router(vertx);
        router.post("/v1/report")
                .handler(TimeoutHandler.create(slowest.toMillis(), 408))
                .handler(BodyHandler.create(false).setBodyLimit(LARGEST_BODY_BYTES))
                .handler(this::receive);
        refuse(router, 404, "There is nothing here. Reports go by POST to /v1/report.");
        refuse(router, 405, "Reports go by POST.");
        refuse(
                router,
                408,
                "The report was not complete, or its token not reviewed, in %d s.".formatted(slowest.toSeconds()));
        refuse(router, 413, "A report has at most %d bytes.".formatted(LARGEST_BODY_BYTES));
        return router;
    }

    /** What the router refuses by itself is answered like everything else, and the connection is not used again. */
    private void refuse(Router router, int status, String error) {
        router.errorHandler(status, request -> {
            if (!request.response().headWritten()) {
                request.response().putHeader(HttpHeaders.CONNECTION, "close");
                var written = reply(request, new ReportReply.Refused(status, error));
                if (status == 408) {
                    // The rest of the report may never come, and until it does the connection would stay.
                    written.onComplete(done -> request.request().connection().close());
                }
            }
        });
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
            // A connection that stays open stays with this pod, whatever the Service points to by now.
            request.response().putHeader(HttpHeaders.CONNECTION, "close");
            reply(request, new ReportReply.Refused(503, "This operator does not lead. Report again."));
            return;
        }
        var token = request.request().getHeader("Authorization");
        if (token == null || !token.startsWith("Bearer ")) {
            reply(request, new ReportReply.Refused(401, "Send the header Authorization: Bearer TOKEN."));
            return;
        }
        var body = Objects.requireNonNullElse(request.body().asString(), "");
        var loop = request.vertx().getOrCreateContext();
        // A token that is not remembered costs a request to the API server, which the event loop must not wait for.
        Thread.ofVirtual().name("report").start(() -> {
            var answer = answer(token.substring("Bearer ".length()), body);
            loop.runOnContext(then -> reply(request, answer));
        });
    }

    private ReportReply answer(String token, String body) {
        try {
            var message = JSON.readValue(body, ReportMessage.class);
            var objection = message == null ? Optional.of("it is null") : message.objection();
            return objection
                    .<ReportReply>map(why -> new ReportReply.Refused(400, "Not a report: " + why))
                    .orElseGet(() -> desk.take(token, message));
        } catch (JsonProcessingException e) {
            return new ReportReply.Refused(400, "Not a report: " + e.getOriginalMessage());
        } catch (KubernetesClientException away) {
            LOG.debug("a token could not be reviewed", away);
            return new ReportReply.Refused(503, "The API server does not say whose the token is. Report again.");
        } catch (RuntimeException e) {
            LOG.warn("a report was not taken", e);
            return new ReportReply.Refused(503, "The report could not be judged now. Report again.");
        }
    }

    private Future<Void> reply(RoutingContext request, ReportReply reply) {
        if (request.response().ended() || request.response().closed()) {
            return Future.succeededFuture();
        }
        answered.accept(reply.status());
        try {
            return request.response()
                    .setStatusCode(reply.status())
                    .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                    .end(JSON.writeValueAsString(reply));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of plain values is always written", e);
        }
    }
}
