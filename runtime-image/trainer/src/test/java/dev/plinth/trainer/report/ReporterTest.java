package dev.plinth.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.plinth.trainer.EventLog;
import dev.plinth.trainer.report.Report.Progress;
import dev.plinth.trainer.report.Report.SavedCheckpoint;
import dev.plinth.trainer.report.Report.State;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReporterTest {
    private record Request(String authorization, JsonNode body) {}

    private static final Duration LONG = Duration.ofSeconds(30);

    @TempDir
    private Path folder;

    private final BlockingQueue<Request> requests = new LinkedBlockingQueue<>();
    private final BlockingQueue<Map<Integer, String>> peers = new LinkedBlockingQueue<>();
    private final CountDownLatch replaced = new CountDownLatch(1);
    private volatile int status = 200;
    private volatile String answer =
            "{\"generation\":2,\"peers\":[{\"member\":0,\"address\":\"10.0.0.1\"}],\"ready\":false}";
    private HttpServer server;
    private Reporter reporter;

    @BeforeEach
    void open() throws Exception {
        Path token = Files.writeString(folder.resolve("token"), "first\n");
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/report", exchange -> {
            requests.add(new Request(
                    exchange.getRequestHeaders().getFirst("Authorization"),
                    new ObjectMapper().readTree(exchange.getRequestBody())));
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        reporter = new Reporter(
                URI.create("http://127.0.0.1:%d/v1/report"
                        .formatted(server.getAddress().getPort())),
                Optional.of(token),
                () -> new Report(
                        "gang",
                        "ns",
                        1,
                        0,
                        2,
                        State.TRAINING,
                        new Progress(3, 10, 2.5, 1000, 1),
                        new SavedCheckpoint(2, 1, "step-2-g1", 9, "sha256:00", true),
                        null),
                new Reporter.Listener() {
                    @Override
                    public void onReply(long generation, Map<Integer, String> addresses) {
                        peers.add(addresses);
                    }

                    @Override
                    public void onReplaced() {
                        replaced.countDown();
                    }
                },
                new EventLog(new PrintStream(new ByteArrayOutputStream()), Clock.systemUTC(), 1));
    }

    @AfterEach
    void close() {
        server.stop(0);
    }

    @Test
    void saysWhatTheContractSaysAndLeavesOutWhatIsAbsent() throws Exception {
        reporter.start();

        assertThat(requests.take().body()).isEqualTo(new ObjectMapper().readTree("""
                {"gang":"gang","namespace":"ns","member":1,"incarnation":0,"generation":2,"state":"Training",
                 "progress":{"step":3,"totalSteps":10,"loss":2.5,"tokensPerSecond":1000.0,"resumedFrom":1},
                 "checkpoint":{"step":2,"generation":1,"path":"step-2-g1","bytes":9,"digest":"sha256:00","final":true}}"""));
        assertThat(peers.take()).containsEntry(0, "10.0.0.1");
    }

    @Test
    void readsTheTokenAnewForEachReport() throws Exception {
        reporter.start();
        assertThat(requests.take().authorization()).isEqualTo("Bearer first");

        Files.writeString(folder.resolve("token"), "second");
        requests.clear();
        assertThat(reporter.awaitDelivery(reporter.reportNow(), LONG)).isTrue();
        assertThat(reporter.awaitDelivery(reporter.reportNow(), LONG)).isTrue();

        assertThat(requests).extracting(Request::authorization).contains("Bearer second");
    }

    @Test
    void confirmsOnlyTheGenerationTheOperatorNames() {
        reporter.start();

        assertThat(reporter.confirmed(2, LONG, LONG)).isTrue();
        assertThat(reporter.confirmed(1, LONG, Duration.ZERO)).isFalse();
    }

    @Test
    void anOldConfirmationDoesNotCount() {
        reporter.start();
        assertThat(reporter.confirmed(2, LONG, LONG)).isTrue();
        server.stop(0);

        assertThat(reporter.confirmed(2, Duration.ofMillis(1), Duration.ofMillis(50)))
                .isFalse();
    }

    @Test
    void anOperatorThatIsNotTheLeaderIsAskedAgain() throws Exception {
        status = 503;
        reporter.start();
        requests.take();
        assertThat(reporter.awaitDelivery(reporter.reportNow(), Duration.ofMillis(10)))
                .isFalse();

        status = 200;
        assertThat(reporter.awaitDelivery(reporter.reportNow(), LONG)).isTrue();
    }

    @Test
    void whoIsReplacedIsTold() throws Exception {
        status = 409;
        answer = "{\"generation\":3}";
        reporter.start();

        replaced.await();
        assertThat(peers).isEmpty();
        assertThat(List.copyOf(requests)).isNotEmpty();
    }
}
