package dev.plinth.controller.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.plinth.controller.MemberToken;
import dev.plinth.controller.SetClock;
import dev.plinth.controller.SimulatedCluster;
import dev.plinth.controller.cluster.GangKey;
import dev.plinth.controller.cluster.Wakefulness;
import dev.plinth.controller.kubernetes.Leadership;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The report channel over HTTP, with tokens that a real API server has issued and reviews. */
@SuppressWarnings("NullAway") // Set before each test.
class ReportChannelIT {
    @RegisterExtension
    private static final SimulatedCluster CLUSTER = new SimulatedCluster();

    private static final String AUDIENCE = Tokens.AUDIENCE;

    private final String namespace = CLUSTER.namespace();
    private final SetClock clock = new SetClock(Instant.now());
    private final ReportBook book = new ReportBook(clock, new Wakefulness(clock));
    private final Map<Integer, Formation.Seat> seats = new ConcurrentHashMap<>();
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private KubernetesClient operatorsClient;
    private Tokens tokens;
    private ReportServer server;
    private int size = 1;

    @BeforeEach
    void start() throws Exception {
        operatorsClient = CLUSTER.newClient();
        tokens = new Tokens(operatorsClient, clock);
        var leadership = new Leadership();
        leadership.begin();
        server = new ReportServer(
                vertx,
                0,
                leadership,
                new ReportDesk(tokens::identify, this::formation, node -> "host=" + node, book),
                ReportServer.SLOWEST,
                status -> {});
    }

    @AfterEach
    void stop() {
        server.close();
        operatorsClient.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
        http.close();
    }

    @Test
    void the_token_of_a_members_own_pod_is_good() throws Exception {
        var pod = seated(0);

        assertThat(report(0, token(pod, AUDIENCE)).statusCode()).isEqualTo(200);
    }

    @Test
    void a_token_that_the_api_server_has_not_issued_is_refused() throws Exception {
        seated(0);

        var answer = report(0, "made-up");

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("PLINTH_REPORT_TOKEN_FILE");
    }

    @Test
    void a_token_for_another_audience_is_refused() throws Exception {
        var pod = seated(0);

        assertThat(report(0, token(pod, "vault")).statusCode()).isEqualTo(401);
    }

    @Test
    void a_token_that_is_not_bound_to_a_pod_is_refused() throws Exception {
        seated(0);
        var unbound = CLUSTER.client()
                .serviceAccounts()
                .inNamespace(namespace)
                .withName("default")
                .tokenRequest(new TokenRequestBuilder()
                        .withNewSpec()
                        .withAudiences(AUDIENCE)
                        .endSpec()
                        .build())
                .getStatus()
                .getToken();

        assertThat(report(0, unbound).statusCode()).isEqualTo(401);
    }

    @Test
    void a_member_cannot_report_with_the_token_of_another() throws Exception {
        size = 2;
        seated(0);
        var other = seated(1);

        var answer = report(0, token(other, AUDIENCE));

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("is that of pod big-1-0");
        assertThat(book.of(gang(), "uid")).isEmpty();
    }

    @Test
    void the_token_of_a_deleted_pod_is_refused_once_it_is_reviewed_anew() throws Exception {
        var pod = seated(0);
        var token = token(pod, AUDIENCE);
        assertThat(report(0, token).statusCode()).isEqualTo(200);

        CLUSTER.client().resource(pod).withGracePeriod(0).delete();
        // The API server itself remembers a good token for some seconds.
        await().atMost(Duration.ofSeconds(60)).until(() -> {
            clock.pass(Duration.ofSeconds(61));
            return report(0, token).statusCode() == 401;
        });
    }

    @Test
    void members_are_heard_while_the_api_server_is_away_for_as_long_as_their_token_was_good_lately() throws Exception {
        var token = token(seated(0), AUDIENCE);
        assertThat(report(0, token).statusCode()).isEqualTo(200);

        operatorsClient.close();
        clock.pass(Duration.ofMinutes(10));
        assertThat(report(0, token).statusCode()).isEqualTo(200);
        clock.pass(Duration.ofMinutes(6));
        assertThat(report(0, token).statusCode()).isEqualTo(503);
    }

    @Test
    void a_thousand_members_report_each_second() throws Exception {
        size = 1000;
        var issued = each(Executors.newFixedThreadPool(16), index -> token(seated(index), AUDIENCE));

        // At first all tokens wait for review, and some members may be asked to report again.
        await().atMost(Duration.ofSeconds(60))
                .until(() -> Set.copyOf(round(issued)).equals(Set.of(200)));
        for (int second = 0; second < 5; second++) {
            var next = System.nanoTime() + Duration.ofSeconds(1).toNanos();
            assertThat(round(issued)).containsOnly(200);
            Thread.sleep(Duration.ofNanos(Math.max(0, next - System.nanoTime())));
        }

        assertThat(IntStream.range(0, size)
                        .filter(index -> book.last(gang(), "uid", index, 0).isPresent()))
                .hasSize(1000);
    }

    private List<Integer> round(List<String> issued) throws Exception {
        return each(
                Executors.newVirtualThreadPerTaskExecutor(),
                index -> report(index, issued.get(index)).statusCode());
    }

    private interface Each<T> {
        T of(int index) throws Exception;
    }

    /** Asks for every member, as many at a time as the executor lets. */
    private <T> List<T> each(ExecutorService sideBySide, Each<T> task) throws Exception {
        try (sideBySide) {
            var results = new ArrayList<T>();
            for (var result : sideBySide.invokeAll(IntStream.range(0, size)
                    .<Callable<T>>mapToObj(index -> () -> task.of(index))
                    .toList())) {
                results.add(result.get());
            }
            return results;
        }
    }

    private GangKey gang() {
        return new GangKey(namespace, "big");
    }

    private Optional<Formation> formation(GangKey asked) {
        return Optional.of(new Formation("uid", size, 1, Map.of(), seats)).filter(known -> asked.equals(gang()));
    }

    /** A member's pod, which nobody schedules. */
    private Pod seated(int index) {
        var pod = CLUSTER.client()
                .resource(new PodBuilder()
                        .withNewMetadata()
                        .withName("big-" + index + "-0")
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewSpec()
                        .withSchedulerName("nobody")
                        .addNewContainer()
                        .withName("member")
                        .withImage("none")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        seats.put(
                index,
                new Formation.Seat(pod.getMetadata().getUid(), Optional.of("10.0.0." + index), Optional.empty()));
        return pod;
    }

    private String token(Pod pod, String audience) {
        return MemberToken.of(CLUSTER.client(), pod, audience);
    }

    private HttpResponse<String> report(int member, String token) throws Exception {
        var body = """
                {"gang":"big","namespace":"%s","member":%d,"incarnation":0,"generation":1,"state":"Training",
                 "progress":{"step":3,"loss":2.5,"tokensPerSecond":10.0}}
                """.formatted(namespace, member);
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/v1/report"))
                        .header("Authorization", "Bearer " + token)
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }
}
