package dev.plinth.controller;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/** The packaged operator as a process of its own, started again whenever it ends, as a kubelet does. */
final class OperatorProcess implements AutoCloseable {
    private static final Path JAR = Path.of("target/quarkus-app/quarkus-run.jar");
    private static final Path LOG = Path.of("target/operator.log");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final int httpPort = freePort();
    private final int reportPort = freePort();
    private final ProcessBuilder command;
    private volatile boolean closing;
    private volatile Process process;

    OperatorProcess(Path kubeconfig, String namespace) throws IOException {
        command = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-jar",
                        JAR.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(LOG.toFile()));
        command.environment()
                .putAll(Map.of(
                        "KUBECONFIG", kubeconfig.toString(),
                        "PLINTH_NAMESPACE", namespace,
                        "PLINTH_POD_NAME", "operator-0",
                        "PLINTH_REPORT_PORT", Integer.toString(reportPort),
                        "QUARKUS_HTTP_PORT", Integer.toString(httpPort)));
        process = command.start();
        Thread.ofVirtual().start(this::restartWhenItEnds);
    }

    void awaitReady() {
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .ignoreExceptions()
                .until(() -> get("/q/health/ready").statusCode() == 200);
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + httpPort + path))
                .timeout(Duration.ofSeconds(5));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    /** Lines of a scrape that belong to a metric or to one series of it. */
    List<String> scrape(String start) throws IOException, InterruptedException {
        return get("/metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(start))
                .toList();
    }

    URI reports() {
        return URI.create("http://127.0.0.1:" + reportPort + "/v1/report");
    }

    /** Sends the process a signal, such as STOP. */
    void signal(String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    @Override
    public void close() {
        closing = true;
        process.destroyForcibly();
        http.close();
    }

    private void restartWhenItEnds() {
        try {
            while (!closing) {
                process.waitFor();
                if (!closing) {
                    process = command.start();
                }
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
