package dev.plinth.clusterbench;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.stream.Stream;

/** What the API server has counted of the requests it got. */
record Requests(KubernetesClient client) {
    private static final List<String> WRITES = List.of("POST", "PUT", "PATCH", "APPLY", "DELETE", "DELETECOLLECTION");

    /** Writes of pods themselves, whoever made them: not of their status, nor bindings. */
    long podWrites() {
        return sum(writes("pods", ""));
    }

    long gangStatusWrites() {
        return sum(writes("gangs", "status"));
    }

    private Stream<String> writes(String resource, String subresource) {
        return client.raw("/metrics")
                .lines()
                .filter(line -> line.startsWith("apiserver_request_total{")
                        && line.contains(",resource=\"" + resource + "\",")
                        && line.contains(",subresource=\"" + subresource + "\",")
                        && WRITES.stream().anyMatch(verb -> line.contains(",verb=\"" + verb + "\",")));
    }

    private static long sum(Stream<String> lines) {
        return lines.mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
