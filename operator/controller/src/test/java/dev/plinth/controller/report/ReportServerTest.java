package dev.plinth.controller.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.controller.cluster.GangKey;
import dev.plinth.controller.cluster.Wakefulness;
import dev.plinth.controller.kubernetes.Leadership;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The report channel over HTTP, with everybody believed who names the pod of a member. */
@SuppressWarnings("NullAway") // Set before each test.
class ReportServerTest {
    private static final String REPORT = """
            {"gang":"llama","namespace":"ml","member":0,"incarnation":0,"generation":1,"state":"Training",
             "progress":{"step":3,"loss":2.5,"tokensPerSecond":10.0}}
            """;

    private final Vertx vertx = Vertx.vertx();
    private final Leadership leadership = new Leadership();
    private final Clock clock = Clock.systemUTC();
    private final ReportBook book = new ReportBook(clock, new Wakefulness(clock));
    private final Queue<Integer> answers = new ConcurrentLinkedQueue<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private ReportServer server;

    @BeforeEach
    void start() throws Exception {
        var formation = new Formation(
                "uid", 1, 1, Map.of(), Map.of(0, new Formation.Seat("u", Optional.of("10.0.0.1"), Optional.of("n0"))));
        var desk = new ReportDesk(
                ReportServerTest::identity,
                gang -> gang.equals(new GangKey("ml", "llama")) ? Optional.of(formation) : Optional.empty(),
                node -> "host=" + node,
                book);
        server = new ReportServer(vertx, 0, leadership, desk, Duration.ofMillis(500), answers::add);
        leadership.begin();
    }

    @AfterEach
    void stop() {
        server.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        http.close();
    }

    private static Optional<MemberIdentity> identity(String token) {
        if (token.equals("unreviewed")) {
            throw new KubernetesClientException("no API server");
        }
        return Optional.of(new MemberIdentity("ml", token, "u"));
    }

    @Test
    void a_good_report_is_answered_with_the_formation() throws Exception {
        var answer = post("llama-0-0", REPORT);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo("{\"generation\":1,\"peers\":[{\"member\":0,\"address\":\"10.0.0.1\"}],\"ready\":true}");
        assertThat(answers).containsExactly(200);
    }

    @Test
    void the_places_of_the_members_are_told_to_one_that_asks() throws Exception {
        var answer = post("llama-0-0", REPORT.replaceFirst("\\{", "{\"topology\":\"\","));

        assertThat(answer.body()).contains(",\"topology\":{\"version\":\"", "\"domains\":[\"host=n0\"]}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            `` | No content
            not json | Unrecognized token
            null | it is null
            [] | Cannot deserialize
            {} | Missing required creator property
            {"gang":null,"namespace":"ml","member":0,"incarnation":0,"generation":1,"state":"Training"} | gang, namespace and state
            {"gang":"llama","namespace":"ml","member":0,"incarnation":0,"generation":1,"state":"Dreaming"} | Starting
            {"gang":"llama","namespace":"ml","member":0,"incarnation":0,"generation":0,"state":"Training"} | generation is 1 or more
            {"gang":"llama","namespace":"ml","member":0,"incarnation":0,"generation":1,"state":"Training","progress":{"step":-1}} | progress.step
            {"gang":"llama","namespace":"ml","member":0,"incarnation":0,"generation":1,"state":"Training","suspects":[null]} | suspects
            {"gang":"llama","namespace":"ml","member":0,"incarnation":0,"generation":1,"state":"Training","suspects":[-1]} | suspects
            {"gang":"llama","namespace":"ml","member":0,"incarnation":0,"generation":1,"state":"Training","progress":{"step":1,"totalSteps":-1}} | progress.totalSteps
            {"gang":"llama","namespace":"ml","member":0.7,"incarnation":0,"generation":1,"state":"Training"} | 0.7
            {"gang":"llama","namespace":"ml","member":0,"incarnation":0,"generation":1,"state":0} | State
            {"gang":"llama","namespace":"ml","member":0,"incarnation":0,"generation":1,"state":"Training"} x | Unrecognized token
            {"gang":"llama","namespace":"ml","member":0,"incarnation":0,"generation":1,"state":"Training","checkpoint":{"step":1,"generation":1,"path":"../x"}} | checkpoint.path
            {"gang":"llama","namespace":"ml","member":0,"incarnation":0,"generation":1,"state":"Training","checkpoint":{"step":1,"generation":1,"path":"/x"}} | checkpoint.path
            {"gang":"llama","namespace":"ml","member":0,"incarnation":0,"generation":1,"state":"Training","checkpoint":{"step":1,"generation":1,"path":"a\\nb"}} | control characters
            {"gang":"llama","namespace":"ml","member":0,"incarnation":0,"generation":1,"state":"Training","checkpoint":{"step":1,"generation":1,"path":"x","digest":"md5:1"}} | checkpoint.digest
            """)
    void what_is_not_a_report_is_refused_with_the_reason(String body, String reason) throws Exception {
        var answer = post("llama-0-0", body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).startsWith("{\"error\":\"Not a report: ").contains(reason);
        assertThat(book.of(new GangKey("ml", "llama"), "uid")).isEmpty();
    }

    @Test
    void a_report_without_a_token_is_told_what_to_send() throws Exception {
        var answer = http.send(
                HttpRequest.newBuilder(url("/v1/report"))
                        .POST(BodyPublishers.ofString(REPORT))
                        .build(),
                BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("Authorization: Bearer TOKEN");
    }

    @Test
    void a_report_that_is_too_large_is_refused_with_the_limit() throws Exception {
        var answer = post("llama-0-0", REPORT + " ".repeat(70_000));

        assertThat(answer.statusCode()).isEqualTo(413);
        assertThat(answer.body()).isEqualTo("{\"error\":\"A report has at most 65536 bytes.\"}");
    }

    @Test
    void another_path_or_method_is_told_the_right_one() throws Exception {
        var elsewhere = http.send(HttpRequest.newBuilder(url("/")).build(), BodyHandlers.ofString());
        var get = http.send(HttpRequest.newBuilder(url("/v1/report")).build(), BodyHandlers.ofString());

        assertThat(elsewhere.statusCode()).isEqualTo(404);
        assertThat(elsewhere.body()).contains("POST to /v1/report");
        assertThat(get.statusCode()).isEqualTo(405);
    }

    @Test
    void while_the_api_server_is_away_a_new_member_is_asked_to_report_again() throws Exception {
        var answer = post("unreviewed", REPORT);

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("Report again");
    }

    @Test
    void a_client_that_does_not_finish_its_report_is_cut_off_and_keeps_nobody_waiting() throws Exception {
        try (var slow = new Socket("127.0.0.1", server.port())) {
            slow.getOutputStream().write("""
                    POST /v1/report HTTP/1.1\r
                    Host: operator\r
                    Authorization: Bearer llama-0-0\r
                    Content-Length: 1000\r
                    \r
                    {"gang":""".getBytes(StandardCharsets.US_ASCII));

            assertThat(post("llama-0-0", REPORT).statusCode()).isEqualTo(200);
            assertThat(all(slow)).startsWith("HTTP/1.1 408 ").contains("not complete");
        }
    }

    @Test
    void an_operator_that_does_not_lead_says_so() throws Exception {
        var standBy = new ReportServer(
                vertx,
                0,
                new Leadership(),
                new ReportDesk(token -> Optional.empty(), gang -> Optional.empty(), node -> "", book),
                Duration.ofSeconds(10),
                answers::add);
        var answer = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + standBy.port() + "/v1/report"))
                        .POST(BodyPublishers.ofString(REPORT))
                        .build(),
                BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("does not lead");
        assertThat(answer.headers().firstValue("Connection"))
                .as("a connection kept open would lead to this operator for ever")
                .contains("close");
    }

    /** Everything until the server closes the connection. */
    private static String all(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    private HttpResponse<String> post(String token, String body) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(url("/v1/report"))
                        .header("Authorization", "Bearer " + token)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private URI url(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }
}
