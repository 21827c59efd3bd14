package dev.plinth.controller.gang;

import dev.plinth.api.v1alpha1.GangStatus.MemberException;
import dev.plinth.controller.kubernetes.Refusal;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Why the node of a member cannot prepare its pod, for example for a Secret or a ConfigMap that does not exist. The pod itself only says
 * that it is not ready for its containers; the cause is in its events. They are read, not watched, and only of a pod that has been stuck
 * for a while: of the first such member, since all have the same template.
 */
final class Preparations {
    private static final Logger LOG = Logger.getLogger(Preparations.class);

    /** Volumes of a network are often attached within this time, and events read no oftener. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Of pkg/kubelet/events and the controller that attaches volumes, in Kubernetes. */
    private static final Set<String> COMPLAINTS =
            Set.of("FailedMount", "FailedMapVolume", "FailedAttachVolume", "FailedCreatePodSandBox", "NetworkNotReady");

    private final KubernetesClient client;

    Preparations(KubernetesClient client) {
        this.client = client;
    }

    /** What was found when a pod was asked after. */
    record Answer(String podUid, Instant asked, Optional<MemberException> trouble) {}

    /** The trouble of the first member whose node has tried in vain for a while. */
    Optional<MemberException> trouble(GangView view, GangMemory.Entry memory, Instant now) {
        return view.members().stream()
                .filter(member -> member.unpreparedSince()
                        .filter(since -> !since.plus(PATIENCE).isAfter(now))
                        .isPresent())
                .findFirst()
                .flatMap(member -> member.pod()
                        .flatMap(pod -> answer(member, pod, memory, now).trouble()));
    }

    private Answer answer(MemberView member, Pod pod, GangMemory.Entry memory, Instant now) {
        var uid = pod.getMetadata().getUid();
        return memory.preparation()
                .filter(last ->
                        last.podUid().equals(uid) && last.asked().plus(PATIENCE).isAfter(now))
                .orElseGet(() -> {
                    var answer = new Answer(uid, now, complaint(pod).map(event -> trouble(member, event)));
                    memory.prepared(answer);
                    return answer;
                });
    }

    private static MemberException trouble(MemberView member, Event complaint) {
        return new MemberException(
                member.index(),
                complaint.getReason(),
                MemberTroubles.shortened(complaint.getMessage().strip())
                        + "; put that right, and the pod starts by itself");
    }

    /** The newest; but that time is up says less than why. */
    private Optional<Event> complaint(Pod pod) {
        try {
            return client
                    .v1()
                    .events()
                    .inNamespace(pod.getMetadata().getNamespace())
                    .withField("involvedObject.uid", pod.getMetadata().getUid())
                    .withField("type", "Warning")
                    .list()
                    .getItems()
                    .stream()
                    .filter(event -> COMPLAINTS.contains(event.getReason()) && event.getMessage() != null)
                    .max(Comparator.comparing(Preparations::saysWhy).thenComparing(Preparations::time));
        } catch (KubernetesClientException failed) {
            // Without it the gang runs as well; an operator with older rights may not read events.
            LOG.debugf("Events of pod %s: %s", pod.getMetadata().getName(), Refusal.said(failed));
            return Optional.empty();
        }
    }

    private static boolean saysWhy(Event event) {
        return !event.getMessage().startsWith("Unable to attach or mount volumes");
    }

    private static String time(Event event) {
        return Optional.ofNullable(event.getLastTimestamp())
                .orElse(event.getMetadata().getCreationTimestamp());
    }
}
