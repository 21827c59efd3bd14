package dev.plinth.controller.gang;

import dev.plinth.api.v1alpha1.GangStatus.MemberException;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Members that are not as they should be, and why, in the words of whoever knows. */
final class MemberTroubles {
    /** A status is read by people; the first few troubles say it all. */
    private static final int SHOWN = 16;

    private static final Set<String> NO_TROUBLE = Set.of("ContainerCreating", "PodInitializing");

    private MemberTroubles() {}

    static List<MemberException> of(GangView view) {
        return view.members().stream()
                .flatMap(member -> of(member).stream())
                .limit(SHOWN)
                .toList();
    }

    private static Optional<MemberException> of(MemberView member) {
        if (member.failed()) {
            return Optional.of(new MemberException(member.index(), "Failed", failure(member)));
        }
        if (member.leaving()) {
            return Optional.of(new MemberException(member.index(), "Terminating", "its pod is being deleted"));
        }
        if (!member.absent() && !member.bound()) {
            return member.unschedulable()
                    .map(why -> new MemberException(
                            member.index(),
                            "Unschedulable",
                            Optional.ofNullable(why.getMessage()).orElse("not bound yet")));
        }
        return member.waiting()
                .filter(waiting -> waiting.getReason() != null && !NO_TROUBLE.contains(waiting.getReason()))
                .map(waiting -> new MemberException(member.index(), waiting.getReason(), message(waiting)));
    }

    /** How a member failed: exit code and last words. */
    static String failure(MemberView member) {
        return member.ending()
                .map(end -> "exit code " + end.getExitCode()
                        + Optional.ofNullable(end.getReason())
                                .filter(reason -> !reason.equals("Error"))
                                .map(reason -> " (" + reason + ")")
                                .orElse("")
                        + Optional.ofNullable(end.getMessage())
                                .filter(words -> !words.isBlank())
                                .map(words -> ": " + words.strip())
                                .orElse(""))
                .or(() -> member.pod()
                        .map(pod -> pod.getStatus())
                        .map(status -> Optional.ofNullable(status.getMessage()).orElse(status.getReason())))
                .orElse("ended by its node");
    }

    private static String message(ContainerStateWaiting waiting) {
        return Optional.ofNullable(waiting.getMessage()).orElse("the container does not start");
    }
}
