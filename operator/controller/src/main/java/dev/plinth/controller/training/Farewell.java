package dev.plinth.controller.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plinth.controller.report.GangReports.Checkpoint;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;

/**
 * The last words of member 0: its termination message names the final checkpoint, as {@code {"checkpoint":{…}}}. They
 * stay in the status of the pod, so that a final report is not lost with an operator that was down at that moment.
 */
final class Farewell {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Farewell() {}

    /** The checkpoint named by the one of these pods that has succeeded. */
    static Optional<Checkpoint> among(Collection<Pod> pods) {
        return pods.stream()
                .flatMap(pod -> pod.getStatus().getContainerStatuses().stream())
                .map(ContainerStatus::getState)
                .flatMap(state -> Optional.ofNullable(state).map(ContainerState::getTerminated).stream())
                .filter(end -> end.getExitCode() == 0)
                .flatMap(end -> checkpoint(end).stream())
                .findFirst();
    }

    private static Optional<Checkpoint> checkpoint(ContainerStateTerminated end) {
        if (end.getMessage() == null) {
            return Optional.empty();
        }
        try {
            var named = JSON.readTree(end.getMessage()).path("checkpoint");
            return named.path("path").isTextual()
                    ? Optional.of(checkpoint(named, Instant.parse(end.getFinishedAt())))
                            .filter(checkpoint -> checkpoint.objection().isEmpty())
                    : Optional.empty();
        } catch (JsonProcessingException e) {
            // Programs of others say what they like when they end.
            return Optional.empty();
        }
    }

    private static Checkpoint checkpoint(JsonNode named, Instant at) {
        return new Checkpoint(
                named.path("step").asLong(),
                named.path("generation").asInt(1),
                named.path("path").asText(),
                named.path("bytes").asLong(),
                Optional.ofNullable(named.path("digest").textValue()),
                true,
                at);
    }
}
