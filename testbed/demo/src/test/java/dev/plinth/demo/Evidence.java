package dev.plinth.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What can be seen of a cluster in which a test has failed, kept before it is mended: {@code target/e2e/TEST/}. */
final class Evidence {
    private static final Path FOLDER = Path.of("target/e2e");
    private static final Map<String, List<String>> QUESTIONS = new TreeMap<>(Map.of(
            "jobs.yaml", List.of("get", "trainingjobs,gangs,modelservices,models", "-A", "-o", "yaml"),
            "pods.yaml", List.of("get", "pods", "-A", "-o", "yaml"),
            "nodes.txt", List.of("get", "nodes,leases", "-A", "-o", "wide"),
            "events.txt", List.of("get", "events", "-A", "--sort-by=.metadata.creationTimestamp"),
            "operators.log",
                    List.of(
                            "logs",
                            "-n",
                            Operators.NAMESPACE,
                            "-l",
                            "app.kubernetes.io/name=" + Operators.NAME,
                            "--prefix",
                            "--tail=-1"),
            "members.log",
                    List.of("logs", "-n", RealCluster.NAMESPACE, "-l", "plinth.dev/gang", "--prefix", "--tail=300")));

    private Evidence() {}

    /** @param kubectl what it prints, or complains of */
    static void keep(String test, Function<List<String>, String> kubectl) {
        var folder = FOLDER.resolve(test);
        try {
            Files.createDirectories(folder);
            for (var question : QUESTIONS.entrySet()) {
                Files.writeString(folder.resolve(question.getKey()), kubectl.apply(question.getValue()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        System.out.println("what was seen then: " + folder.toAbsolutePath() + " ("
                + QUESTIONS.keySet().stream().collect(Collectors.joining(", ")) + ")");
    }
}
