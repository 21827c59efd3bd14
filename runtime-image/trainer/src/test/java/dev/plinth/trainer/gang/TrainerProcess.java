package dev.plinth.trainer.gang;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** A trainer in a process of its own, and what it has logged so far. */
final class TrainerProcess implements AutoCloseable {
    static final Duration LIMIT = Duration.ofMinutes(3);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Process process;
    private final List<String> output = new ArrayList<>();

    private TrainerProcess(Process process) {
        this.process = process;
        Thread.ofPlatform().daemon().start(this::read);
    }

    static TrainerProcess start(Map<String, String> environment, String... prefix) throws IOException {
        List<String> command = new ArrayList<>(List.of(prefix));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                // These processes live for seconds, and several start at once on few cores.
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.plinth.trainer.TrainerMain"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("PLINTH_"));
        builder.environment().put("OMP_NUM_THREADS", "1");
        builder.environment().putAll(environment);
        return new TrainerProcess(builder.start());
    }

    private void read() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (output) {
                    output.add(line);
                }
            }
        } catch (IOException e) {
            // Ended by the test.
        }
    }

    List<JsonNode> events(String name) {
        return output().stream()
                .filter(line -> line.startsWith("{"))
                .map(TrainerProcess::parse)
                .filter(event -> event.path("event").asText().equals(name))
                .toList();
    }

    /** Loss by step; of a step made twice, the later one. */
    SortedMap<Integer, Double> losses() {
        SortedMap<Integer, Double> losses = new TreeMap<>();
        events("step")
                .forEach(e -> losses.put(e.path("step").asInt(), e.path("loss").asDouble()));
        return losses;
    }

    void awaitStep(int step) {
        await("step " + step, p -> !p.losses().isEmpty() && p.losses().lastKey() >= step);
    }

    void awaitEvent(String name) {
        await("event " + name, p -> !p.events(name).isEmpty());
    }

    private void await(String what, Predicate<TrainerProcess> condition) {
        Awaitility.await(what).atMost(LIMIT).until(() -> condition.test(this) || !process.isAlive());
        assertThat(condition.test(this)).as("%s of\n%s", what, this).isTrue();
    }

    void assertExit(int code) throws InterruptedException {
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as("ended:\n%s", this)
                .isTrue();
        assertThat(process.exitValue()).as("exit code of\n%s", this).isEqualTo(code);
    }

    /** Ends it at once, as SIGKILL does. */
    void kill() {
        process.destroyForcibly();
    }

    /** Asks it to end, as Kubernetes does. */
    void terminate() throws Exception {
        signal("TERM"); // Process.destroy() would close its output too
    }

    /** Freezes it: its connections stay open and say nothing any more. */
    void freeze() throws Exception {
        signal("STOP");
    }

    void thaw() throws Exception {
        signal("CONT");
    }

    private void signal(String name) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                        .start()
                        .waitFor())
                .isZero();
    }

    OptionalDouble lastLoss() {
        return losses().isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(losses().lastEntry().getValue());
    }

    private List<String> output() {
        synchronized (output) {
            return List.copyOf(output);
        }
    }

    private static JsonNode parse(String line) {
        try {
            return JSON.readTree(line);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(line, e);
        }
    }

    @Override
    public String toString() {
        List<String> lines = output();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
