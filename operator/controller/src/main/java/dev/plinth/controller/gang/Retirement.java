package dev.plinth.controller.gang;

import dev.plinth.controller.cluster.PodFacts;
import dev.plinth.controller.kubernetes.Deletion;
import dev.plinth.controller.kubernetes.Labels;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.stream.Stream;

/** How pods that nobody needs any more come to their end. */
final class Retirement {
    private final PodWrites pods;
    private final NodeWatch nodes;

    Retirement(PodWrites pods, NodeWatch nodes) {
        this.pods = pods;
        this.nodes = nodes;
    }

    /** Pods that the formation has replaced leave the names that their successors take over, and then end. */
    void ofReplaced(GangView view, Instant now) {
        for (var member : view.members()) {
            for (var pod : member.former()) {
                pods.takeOutOfService(pod);
                if (!PodFacts.ended(pod)) {
                    if (!MemberView.leaving(pod) && !isOnLostNode(pod)) {
                        pods.delete(view, pod, Deletion.GRACEFUL, now);
                    }
                } else if (isOlderThanPredecessor(member, pod)) {
                    pods.delete(view, pod, Deletion.GRACEFUL, now);
                }
            }
        }
        view.surplus().stream()
                .filter(pod -> !MemberView.leaving(pod))
                .forEach(pod -> pods.delete(view, pod, Deletion.GRACEFUL, now));
    }

    /** The pod that failed last is kept for its log; older ones are cleared away. */
    private static boolean isOlderThanPredecessor(MemberView member, Pod pod) {
        return PodFacts.number(pod, Labels.INCARNATION) < member.incarnation() - 1;
    }

    /** Nobody on a lost node will confirm the end of a pod: it is removed, now that its successor exists. */
    void ofThoseOnLostNodes(GangView view, Instant now) {
        view.members().stream()
                .flatMap(member -> member.former().stream())
                .filter(pod -> !PodFacts.ended(pod))
                .filter(this::isOnLostNode)
                .forEach(pod -> pods.delete(view, pod, Deletion.FORCED, now));
    }

    /** What a gang that has ended still runs is stopped; ended pods stay, for their logs. */
    void end(GangView view, Instant now) {
        var present = view.members().stream().flatMap(member -> member.pod().stream());
        var former = view.members().stream().flatMap(member -> member.former().stream());
        Stream.concat(present, former).filter(pod -> !PodFacts.ended(pod)).forEach(pod -> remove(view, pod, now));
    }

    private void remove(GangView view, Pod pod, Instant now) {
        if (isOnLostNode(pod)) {
            pods.delete(view, pod, Deletion.FORCED, now);
        } else if (!MemberView.leaving(pod)) {
            pods.delete(view, pod, Deletion.GRACEFUL, now);
        }
    }

    private boolean isOnLostNode(Pod pod) {
        return PodFacts.node(pod).filter(nodes::isLost).isPresent();
    }
}
