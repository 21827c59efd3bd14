package dev.plinth.controller.training;

import dev.plinth.api.v1alpha1.Recovered;
import dev.plinth.api.v1alpha1.TrainingJobStatus;
import dev.plinth.controller.kubernetes.Conditions;
import dev.plinth.controller.kubernetes.Story;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a change of status tells in events; a status that says the same as before tells nothing. */
final class JobStories {

    /** Reasons of conditions that are not True and yet are no news: what follows from another, or just takes time. */
    private static final Set<String> SILENT = Set.of(
            "Pending",
            "InProgress",
            "NotFailed",
            "Publishing",
            "Complete",
            "Failed",
            "Placing",
            "Starting",
            "Recovering",
            "WaitingForPredecessor");

    private JobStories() {}

    static List<Story> of(Optional<TrainingJobStatus> before, TrainingJobStatus after) {
        var stories = new ArrayList<Story>();
        var conditionsBefore = before.map(TrainingJobStatus::conditions).orElse(List.of());
        for (var condition : after.conditions()) {
            var last = Conditions.find(conditionsBefore, condition.getType());
            // Several conditions may follow from one thing; it is told once.
            var told = stories.stream().anyMatch(story -> story.reason().equals(condition.getReason()));
            if (isNews(last, condition) && !told) {
                stories.add(story(condition, after));
            }
        }
        resumed(before, after).ifPresent(stories::add);
        return stories;
    }

    private static boolean isNews(Optional<Condition> last, Condition now) {
        var same = last.filter(old -> old.getStatus().equals(now.getStatus())
                        && (old.getReason().equals(now.getReason()) || "True".equals(now.getStatus())))
                .isPresent();
        return !same && (isTrue(now) || !SILENT.contains(now.getReason()));
    }

    private static Story story(Condition condition, TrainingJobStatus status) {
        var good = isTrue(condition) && !"Failed".equals(condition.getType());
        var occasion = "%d.%d"
                .formatted(
                        condition.getObservedGeneration(),
                        Optional.ofNullable(status.generation()).orElse(0));
        return new Story(condition.getReason(), condition.getMessage(), !good, occasion);
    }

    private static Optional<Story> resumed(Optional<TrainingJobStatus> before, TrainingJobStatus after) {
        var now = Optional.ofNullable(after.lastRecovery()).filter(repair -> repair.resumedAt() != null);
        var told = before.map(TrainingJobStatus::lastRecovery).map(Recovered::resumedAt);
        return now.filter(repair -> !told.equals(Optional.ofNullable(repair.resumedAt())))
                .map(repair -> Story.normal("TrainingResumed", String.valueOf(repair.resumedAt()), message(repair)));
    }

    private static String message(Recovered repair) {
        var since = repair.lostAt() == null ? repair.detectedAt() : repair.lostAt();
        var seconds = since == null || repair.resumedAt() == null
                ? ""
                : " %d s after the loss"
                        .formatted(Duration.between(since, repair.resumedAt()).toSeconds());
        var again = repair.lostSteps() == null ? "" : "; %d steps are done again".formatted(repair.lostSteps());
        var from = repair.fromStep() == null ? "" : " from step " + repair.fromStep();
        return "Training goes on%s%s%s.".formatted(from, seconds, again);
    }

    private static boolean isTrue(Condition condition) {
        return "True".equals(condition.getStatus());
    }
}
