package dev.plinth.clusterbench;

import dev.plinth.testbed.Progress;
import dev.plinth.testbed.TestbedException;
import dev.plinth.testbed.controlplane.Addresses;
import dev.plinth.testbed.parts.Part;
import dev.plinth.testbed.parts.Parts;
import dev.plinth.testbed.process.Commands;
import dev.plinth.testbed.process.Component;
import dev.plinth.testbed.process.Walls;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/** The packaged operator as a process of its own, with the memory and the collector that its container gives it. */
final class Operator implements AutoCloseable {
    private static final Path JAR = Path.of("operator/controller/target/quarkus-app/quarkus-run.jar");
    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Component component;
    private final int port;

    private Operator(Component component, int port) {
        this.component = component;
        this.port = port;
    }

    /** Starts it; it ends with this process, however this process ends. */
    static Operator start(Path repository, Path kubeconfig) throws IOException {
        var ports = Addresses.freePorts(2);
        var log = repository.resolve("target/bench/cluster-operator.log");
        Files.createDirectories(log.toAbsolutePath().getParent());
        var walls = Walls.none(
                Parts.resolve(EnumSet.of(Part.WALLS), Progress.silent()).path(Part.WALLS));
        var component = walls.start(
                "operator",
                log,
                Map.of(
                        "KUBECONFIG",
                        kubeconfig.toString(),
                        "PLINTH_NAMESPACE",
                        Stage.NAMESPACE,
                        "PLINTH_POD_NAME",
                        "operator-0",
                        "PLINTH_REPORT_PORT",
                        Integer.toString(ports.get(1)),
                        // All programs share a few cores here, and nobody would start it again.
                        "PLINTH_LEASE_SECONDS",
                        "60",
                        "QUARKUS_HTTP_HOST",
                        "127.0.0.1",
                        "QUARKUS_HTTP_PORT",
                        Integer.toString(ports.get(0))),
                List.of(
                        JAVA.resolve("java").toString(),
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-jar",
                        repository.resolve(JAR).toString()));
        return new Operator(component, ports.get(0));
    }

    void awaitReady() throws InterruptedException {
        Stage.await("the operator is ready", Duration.ofMinutes(5), () -> {
            component.requireAlive();
            try {
                return get("/q/health/ready").statusCode() == 200;
            } catch (IOException notYet) {
                return false;
            }
        });
    }

    /** Ends a wait that could only end in vain. */
    void requireAlive() {
        component.requireAlive();
    }

    /** Bytes of its heap in use, garbage included. */
    long heapBytes() {
        try {
            return get("/metrics")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\"}"))
                    .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        } catch (IOException busy) {
            return 0;
        }
    }

    /** Bytes of its heap that live, after a collection. */
    long liveBytes() {
        Commands.run(List.of(
                JAVA.resolve("jcmd").toString(),
                Long.toString(Programs.named(Programs.OPERATOR).pid()),
                "GC.run"));
        return heapBytes();
    }

    /** Asks it to end, as a kubelet does, and returns when it has. */
    @Override
    public void close() {
        component.expectEnd();
        if (component.alive()) {
            var process = Programs.named(Programs.OPERATOR);
            process.destroy();
            try {
                Stage.await("the operator has ended", Duration.ofSeconds(30), () -> !process.isAlive());
            } catch (InterruptedException ending) {
                Thread.currentThread().interrupt();
            } catch (TestbedException deaf) {
                process.destroyForcibly();
            }
        }
        component.kill();
        http.close();
    }

    private HttpResponse<String> get(String path) throws IOException {
        try {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                            .timeout(Duration.ofSeconds(5))
                            .build(),
                    BodyHandlers.ofString());
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            throw new IOException(ending);
        }
    }
}
