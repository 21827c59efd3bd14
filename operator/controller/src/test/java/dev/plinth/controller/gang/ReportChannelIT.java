package dev.plinth.controller.gang;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plinth.controller.GangOperator;
import dev.plinth.controller.SimulatedCluster;
import dev.plinth.controller.kubernetes.TokenReviews;
import dev.plinth.controller.report.ReportServer;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Members report over HTTP with the tokens of their pods. */
class ReportChannelIT {
    @RegisterExtension
    static final SimulatedCluster CLUSTER = new SimulatedCluster();

    private static final LiveGangs GANGS = new LiveGangs(CLUSTER);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private Vertx vertx;
    private GangOperator operator;
    private ReportServer server;
    private int port;

    @BeforeEach
    void start() {
        vertx = Vertx.vertx();
        operator = new GangOperator(CLUSTER.newClient(), UnaryOperator.identity());
        server = new ReportServer(
                vertx,
                operator.reports(),
                operator.formations(),
                new TokenReviews(CLUSTER.client()),
                Clock.systemUTC());
        port = server.listen("127.0.0.1", 0);
        server.lead();
    }

    @AfterEach
    void stop() {
        server.close();
        operator.close();
        http.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void aMemberIsAnsweredWithTheGenerationAndAllPeers() throws Exception {
        var namespace = running("asked", 2);

        var answer = report(token(namespace, "asked-0-0", "plinth.dev"), message(namespace, "asked", 0, 0, 1));

        assertThat(answer.statusCode()).isEqualTo(200);
        var reply = json(answer);
        assertThat(reply.get("generation").asInt()).isEqualTo(1);
        assertThat(reply.get("ready").asBoolean()).isTrue();
        assertThat(reply.get("peers")).hasSize(2);
        assertThat(reply.get("peers").get(1).get("member").asInt()).isEqualTo(1);
        assertThat(reply.get("peers").get(1).get("address").asText()).isNotEmpty();
        var reports = operator.reports().of(namespace, "asked").orElseThrow();
        assertThat(reports.latest().orElseThrow().step()).isEqualTo(120);
    }

    @Test
    void onlyAPodsOwnTokenForThisAudienceIsTaken() throws Exception {
        var namespace = running("guarded", 2);
        var body = message(namespace, "guarded", 0, 0, 1);

        assertThat(report("nonsense", body).statusCode()).isEqualTo(401);
        assertThat(report(token(namespace, "guarded-0-0", "https://kubernetes.default.svc"), body)
                        .statusCode())
                .isEqualTo(401);
        assertThat(report(token(namespace, "guarded-1-0", "plinth.dev"), body).statusCode())
                .isEqualTo(403);
        assertThat(report(token(namespace, "guarded-0-0", "plinth.dev"), "{}").statusCode())
                .isEqualTo(400);
    }

    @Test
    void aMemberThatWasReplacedIsSentAway() throws Exception {
        var namespace = running("replaced", 2);
        var token = token(namespace, "replaced-0-0", "plinth.dev");
        assertThat(report(token, message(namespace, "replaced", 0, 0, 1)).statusCode())
                .isEqualTo(200);

        GANGS.end(namespace, "replaced-0-0", 1);
        GANGS.awaitPods(namespace, "replaced", "replaced-0-0", "replaced-0-1", "replaced-1-0");

        var answer = report(token, message(namespace, "replaced", 0, 0, 1));
        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(json(answer).get("generation").asInt()).isEqualTo(2);
    }

    @Test
    void anOperatorThatDoesNotLeadSendsReportersOn() throws Exception {
        server.follow();

        assertThat(report("any", "{}").statusCode()).isEqualTo(503);
    }

    @Test
    void aNodeWhoseKubeletAndMembersFallSilentIsLost() throws Exception {
        var namespace = CLUSTER.namespace();
        CLUSTER.client().resource(Gangs.reporting(namespace, "silent", 2)).create();
        GANGS.awaitCondition(namespace, "silent", GangConditions.RUNNING);
        var alive = token(namespace, "silent-0-0", "plinth.dev");
        report(token(namespace, "silent-1-0", "plinth.dev"), message(namespace, "silent", 1, 0, 1));
        var node = GANGS.pods(namespace, "silent").get(1).getSpec().getNodeName();

        var annotations = abandon(node);
        try {
            await().atMost(Duration.ofSeconds(60))
                    .pollInterval(Duration.ofSeconds(1))
                    .until(() -> {
                        report(alive, message(namespace, "silent", 0, 0, 1));
                        return GANGS.isRunning(namespace, "silent", 2);
                    });
            var recovery = GANGS.gang(namespace, "silent").getStatus().lastRecovery();
            assertThat(recovery.reason()).isEqualTo("NodeLost");
            assertThat(recovery.node()).isEqualTo(node);
            GANGS.awaitPods(namespace, "silent", "silent-0-0", "silent-1-1");
        } finally {
            takeCareAgain(node, annotations);
        }
    }

    private static Optional<String> abandon(String node) {
        var manager = "kwok.x-k8s.io/node";
        var before = CLUSTER.client()
                .nodes()
                .withName(node)
                .get()
                .getMetadata()
                .getAnnotations()
                .get(manager);
        CLUSTER.client()
                .nodes()
                .withName(node)
                .edit(n -> new NodeBuilder(n)
                        .editMetadata()
                        .removeFromAnnotations(manager)
                        .endMetadata()
                        .build());
        return Optional.ofNullable(before);
    }

    private static void takeCareAgain(String node, Optional<String> manager) {
        CLUSTER.client()
                .nodes()
                .withName(node)
                .edit(n -> new NodeBuilder(n)
                        .editMetadata()
                        .addToAnnotations("kwok.x-k8s.io/node", manager.orElse("fake"))
                        .endMetadata()
                        .build());
        await().atMost(Duration.ofSeconds(60))
                .until(() -> CLUSTER.client().nodes().withName(node).isReady());
    }

    private static String running(String name, int size) {
        var namespace = CLUSTER.namespace();
        CLUSTER.client().resource(Gangs.of(namespace, name, size, 8)).create();
        GANGS.awaitCondition(namespace, name, GangConditions.RUNNING);
        return namespace;
    }

    private static String token(String namespace, String podName, String audience) {
        var pod =
                CLUSTER.client().pods().inNamespace(namespace).withName(podName).get();
        return CLUSTER.client()
                .serviceAccounts()
                .inNamespace(namespace)
                .withName("default")
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withAudiences(audience)
                        .withNewBoundObjectRef(
                                "v1", "Pod", podName, pod.getMetadata().getUid())
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();
    }

    private static String message(String namespace, String gang, int member, int incarnation, int generation) {
        return """
                {"gang":"%s","namespace":"%s","member":%d,"incarnation":%d,"generation":%d,"state":"Training",
                 "progress":{"step":120,"totalSteps":600,"loss":2.31,"tokensPerSecond":5120.0}}""".formatted(gang, namespace, member, incarnation, generation);
    }

    private HttpResponse<String> report(String token, String body) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/report"))
                        .header("Authorization", "Bearer " + token)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        return JSON.readTree(answer.body());
    }
}
