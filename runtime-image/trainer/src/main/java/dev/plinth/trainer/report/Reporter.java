package dev.plinth.trainer.report;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plinth.trainer.EventLog;
import dev.plinth.trainer.report.Reply.Peer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Reports to the operator every second and at each {@link #reportNow}, on a thread of its own. Training never waits for the
 * operator; but while it is away no checkpoint is published, since nobody can say that this generation is still the newest.
 */
public final class Reporter {
    /** What a reporter's owner does with the answers. Called on the reporter's thread. */
    public interface Listener {
        /**
         * The operator has taken the report.
         *
         * @param peers addresses (host, or host:port) by member index
         */
        void onReply(long generation, Map<Integer, String> peers);

        /** Another incarnation has taken this member's place: it must end at once and touch nothing more. */
        void onReplaced();
    }

    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(3);
    private static final ObjectMapper JSON =
            new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(CONNECT)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    private final URI url;
    private final Optional<Path> tokenFile;
    private final Supplier<Report> report;
    private final Listener listener;
    private final EventLog log;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /** Counted up by each wish for a report; a report delivered answers all wishes made before it was written. */
    private long wished;

    private long attempted;
    private long delivered = -1;
    private long confirmedGeneration = -1;
    private long confirmedAt;
    private String lastTrouble = "";

    /**
     * @param tokenFile read anew for each report, since the kubelet renews it
     * @param report what is to be said now
     */
    public Reporter(URI url, Optional<Path> tokenFile, Supplier<Report> report, Listener listener, EventLog log) {
        this.url = url;
        this.tokenFile = tokenFile;
        this.report = report;
        this.listener = listener;
        this.log = log;
    }

    /** Begins to report. */
    public void start() {
        Thread.ofPlatform().daemon().name("reporter").start(() -> {
            while (true) {
                post();
                awaitNext();
            }
        });
    }

    /** Has the present state reported at once; returns a number for {@link #awaitDelivery}. */
    public long reportNow() {
        lock.lock();
        try {
            changed.signalAll();
            return ++wished;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the operator has taken what {@link #reportNow} wished; false if it did not in time. */
    public boolean awaitDelivery(long wish, Duration limit) {
        return await(() -> delivered >= wish, limit);
    }

    /**
     * Whether the operator has confirmed, within the last {@code age}, that {@code generation} is the present one; waits up
     * to {@code limit} for such a confirmation.
     */
    public boolean confirmed(long generation, Duration age, Duration limit) {
        return await(() -> confirmedGeneration == generation && System.nanoTime() - confirmedAt < age.toNanos(), limit);
    }

    private boolean await(BooleanSupplier condition, Duration limit) {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (!condition.getAsBoolean()) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void awaitNext() {
        long left = PERIOD.toNanos();
        lock.lock();
        try {
            while (left > 0 && wished == attempted) {
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void post() {
        long begun = System.nanoTime();
        long answers = attempt();
        try {
            HttpResponse<String> response = http.send(request(report.get()), BodyHandlers.ofString());
            switch (response.statusCode()) {
                case 200 -> taken(JSON.readValue(response.body(), Reply.class), answers, begun);
                case 409 -> listener.onReplaced();
                default -> trouble("the operator answers " + response.statusCode() + ": " + response.body());
            }
        } catch (IOException e) {
            trouble("no answer from " + url + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private long attempt() {
        lock.lock();
        try {
            attempted = wished;
            return wished;
        } finally {
            lock.unlock();
        }
    }

    private HttpRequest request(Report content) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(url)
                .timeout(ANSWER)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(content)));
        if (tokenFile.isPresent()) {
            request.header(
                    "Authorization",
                    "Bearer " + Files.readString(tokenFile.get()).strip());
        }
        return request.build();
    }

    private void taken(Reply reply, long answers, long begun) {
        List<Peer> peers = reply.peers() == null ? List.of() : reply.peers();
        lock.lock();
        try {
            delivered = answers;
            confirmedGeneration = reply.generation();
            confirmedAt = begun;
            lastTrouble = "";
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        listener.onReply(
                reply.generation(), peers.stream().collect(Collectors.toMap(Peer::member, Peer::address, (a, b) -> b)));
    }

    private void trouble(String what) {
        lock.lock();
        try {
            if (!what.equals(lastTrouble)) {
                log.warn("report", "message", what);
            }
            lastTrouble = what;
        } finally {
            lock.unlock();
        }
    }
}
