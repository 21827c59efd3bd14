package dev.plinth.controller.kubernetes;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/** Which APIs this cluster serves, by discovery; an answer is kept for a while, for they seldom come and go. */
public final class ServedApis {
    private static final Duration KEPT = Duration.ofSeconds(30);

    private final KubernetesClient client;
    private final Clock clock;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();

    private record Answer(boolean served, Instant until) {}

    public ServedApis(KubernetesClient client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    /** Whether a kind is served under {@code group/version}. */
    public boolean serves(String groupVersion, String kind) {
        return answer(groupVersion + " " + kind, () -> {
            var resources = client.getApiResources(groupVersion);
            return resources != null
                    && resources.getResources().stream().anyMatch(resource -> kind.equals(resource.getKind()));
        });
    }

    /** Whether any version of an API group is served. */
    public boolean servesGroup(String group) {
        return answer(group, () -> client.getApiGroup(group) != null);
    }

    private boolean answer(String question, BooleanSupplier ask) {
        var now = clock.instant();
        var known = answers.get(question);
        if (known != null && now.isBefore(known.until())) {
            return known.served();
        }
        boolean served = ask.getAsBoolean();
        answers.put(question, new Answer(served, now.plus(KEPT)));
        return served;
    }
}
