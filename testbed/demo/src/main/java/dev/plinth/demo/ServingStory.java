package dev.plinth.demo;

import dev.plinth.api.v1alpha1.ModelService;
import dev.plinth.api.v1alpha1.ModelServiceStatus;
import dev.plinth.testbed.TestbedException;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Waits for a model service to be ready and asks it something. */
final class ServingStory {
    private static final Duration LOOK_EVERY = Duration.ofMillis(300);
    private static final Duration AT_MOST = Duration.ofMinutes(3);

    private final KubernetesClient client;
    private final Screen screen;
    private final String namespace;

    ServingStory(KubernetesClient client, Screen screen, String namespace) {
        this.client = client;
        this.screen = screen;
        this.namespace = namespace;
    }

    /** The API of the service, once a replica answers. */
    OpenAi ready(String service) throws InterruptedException {
        long start = System.nanoTime();
        while (System.nanoTime() - start < AT_MOST.toNanos()) {
            Optional<ModelServiceStatus> status = Optional.ofNullable(client.resources(ModelService.class)
                            .inNamespace(namespace)
                            .withName(service)
                            .get())
                    .flatMap(ModelService::reported);
            if (status.filter(s -> s.readyReplicas() > 0).isPresent()) {
                screen.show(List.of("  service " + service + " is ready"));
                screen.keep();
                return new OpenAi(client, namespace, service);
            }
            screen.show(List.of(String.format(
                    Locale.ROOT,
                    "  service %s: %s",
                    service,
                    status.flatMap(s -> ready(s.conditions()))
                            .map(condition -> condition.getReason() + ", " + condition.getMessage())
                            .orElse("waiting for the operator"))));
            Thread.sleep(LOOK_EVERY);
        }
        throw new TestbedException("service " + service + " was not ready after " + AT_MOST.toMinutes() + " minutes");
    }

    /** Shows the answer as it would be read. */
    void tell(String asked, OpenAi.Answer answer) {
        screen.say("  ▸ " + asked);
        answer.text().strip().lines().forEach(line -> screen.say("    " + line));
    }

    private static Optional<Condition> ready(List<Condition> conditions) {
        return conditions.stream()
                .filter(condition -> "Ready".equals(condition.getType()))
                .findFirst();
    }
}
