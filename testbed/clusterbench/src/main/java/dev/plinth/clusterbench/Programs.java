package dev.plinth.clusterbench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What this process has started, and the processor time of each: who is the limit. */
final class Programs {
    static final String OPERATOR = "operator";

    private Programs() {}

    /** Processor time so far, by name. */
    static Map<String, Duration> times() {
        var times = new TreeMap<String, Duration>();
        Stream.concat(
                        Stream.of(ProcessHandle.current()),
                        ProcessHandle.current().descendants())
                .forEach(process -> times.merge(
                        name(process), process.info().totalCpuDuration().orElse(Duration.ZERO), Duration::plus));
        return times;
    }

    /** Processors that each kept busy between two readings so many seconds apart. */
    static Map<String, Double> busy(Map<String, Duration> before, Map<String, Duration> after, double seconds) {
        var busy = new TreeMap<String, Double>();
        after.forEach((name, time) -> busy.put(
                name, time.minus(before.getOrDefault(name, Duration.ZERO)).toMillis() / 1000.0 / seconds));
        return busy;
    }

    static ProcessHandle named(String name) {
        return ProcessHandle.current()
                .descendants()
                .filter(process -> name(process).equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(name + " does not run"));
    }

    private static String name(ProcessHandle process) {
        if (process.pid() == ProcessHandle.current().pid()) {
            return "this benchmark";
        }
        var words = words(process.pid());
        var program = words[0].substring(words[0].lastIndexOf('/') + 1);
        if (!program.equals("java")) {
            return program;
        }
        return words[words.length - 1].endsWith("quarkus-run.jar") ? OPERATOR : "supervisor";
    }

    /** Kubernetes' programs are one file; each knows by its first word what it is. */
    private static String[] words(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.UTF_8)
                    .split("\0");
        } catch (IOException ended) {
            return new String[] {"ended"};
        }
    }
}
