package dev.plinth.controller.gang;

import dev.plinth.api.v1alpha1.GangStatus.MemberException;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Members that are not as they should be, and why, in the words of whoever knows. */
final class MemberTroubles {
    /** A status is read by people; the first few troubles say it all. */
    private static final int SHOWN = 16;

    private static final int LONGEST_WORDS = 200;

    private static final Set<String> NO_TROUBLE = Set.of("ContainerCreating", "PodInitializing");

    /** The kubelet goes to and fro between these while an image cannot be had; they are one trouble. */
    private static final Set<String> NO_IMAGE =
            Set.of("ErrImagePull", "ImagePullBackOff", "InvalidImageName", "ErrImageNeverPull", "ImageInspectError");

    private static final String OUT_OF_MEMORY = "OOMKilled";

    private static final String IMAGE_ADVICE =
            "; correct the image in the template, or see to it that the node may pull it";

    private MemberTroubles() {}

    static List<MemberException> of(GangView view) {
        return view.members().stream()
                .flatMap(member -> of(member).stream())
                .limit(SHOWN)
                .toList();
    }

    static Optional<MemberException> of(MemberView member) {
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
                            "SchedulingGated".equals(why.getReason()) ? "Queued" : "Unschedulable",
                            Optional.ofNullable(why.getMessage()).orElse("not bound yet")));
        }
        return member.waiting(waiting -> waiting.getReason() != null && !NO_TROUBLE.contains(waiting.getReason()))
                .map(waiting -> new MemberException(member.index(), reason(waiting), message(member, waiting)))
                .or(() -> outOfMemory(member));
    }

    /** Its node starts it again and again, and between two ends it looks as if it were only starting. */
    private static Optional<MemberException> outOfMemory(MemberView member) {
        return Stream.concat(member.ending().stream(), member.lastEnding().stream())
                .filter(end -> OUT_OF_MEMORY.equals(end.getReason()) && !member.ready())
                .findFirst()
                .map(
                        end -> new MemberException(
                                member.index(),
                                OUT_OF_MEMORY,
                                "the container was killed, as it needs more memory than its limit; raise resources.limits.memory in the template"));
    }

    private static String reason(ContainerStateWaiting waiting) {
        return NO_IMAGE.contains(waiting.getReason()) ? "ImagePullBackOff" : waiting.getReason();
    }

    private static String message(MemberView member, ContainerStateWaiting waiting) {
        var words = Optional.ofNullable(waiting.getMessage()).orElse("the container does not start");
        if (NO_IMAGE.contains(waiting.getReason())) {
            return words + IMAGE_ADVICE;
        }
        return member.lastEnding()
                .map(end -> words + "; " + ending(end) + log(member))
                .orElse(words);
    }

    /** Where to look when a gang has come to grief: the last words of the first member that failed, and its log. */
    static String whereToLook(GangView view) {
        return view.members().stream()
                .filter(member -> member.failed() && member.ending().isPresent())
                .findFirst()
                .map(member -> "; member " + member.index() + ": " + failure(member) + log(member))
                .orElse("");
    }

    private static String log(MemberView member) {
        return member.pod()
                .map(pod -> "; see kubectl logs " + pod.getMetadata().getName() + " --namespace "
                        + pod.getMetadata().getNamespace())
                .orElse("");
    }

    /** How a member failed: exit code and last words. */
    static String failure(MemberView member) {
        return member.ending()
                .map(MemberTroubles::ending)
                .or(member::rejection)
                .or(() -> member.pod()
                        .map(pod -> pod.getStatus())
                        .map(status -> Optional.ofNullable(status.getMessage()).orElse(status.getReason())))
                .orElse("ended by its node");
    }

    private static String ending(ContainerStateTerminated end) {
        var reason = Optional.ofNullable(end.getReason())
                .filter(word -> !word.equals("Error"))
                .map(word -> " (" + word + ")");
        var words = Optional.ofNullable(end.getMessage())
                .flatMap(MemberTroubles::lastLine)
                .map(line -> ": " + line);
        return "exit code " + end.getExitCode() + reason.orElse("") + words.orElse("");
    }

    private static Optional<String> lastLine(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .reduce((earlier, later) -> later)
                .map(MemberTroubles::shortened);
    }

    static String shortened(String words) {
        return words.length() > LONGEST_WORDS ? words.substring(0, LONGEST_WORDS) + "…" : words;
    }
}
