package dev.plinth.controller.serving;

import dev.plinth.api.v1alpha1.ModelServiceStatus;
import dev.plinth.controller.kubernetes.Conditions;
import dev.plinth.controller.kubernetes.Story;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a change of status tells in events; a status that says the same as before tells nothing. */
final class ServingStories {

    private static final Set<String> SILENT = Set.of("Starting", "Scaling");

    private ServingStories() {}

    static List<Story> of(Optional<ModelServiceStatus> before, ModelServiceStatus after) {
        var last = before.map(ModelServiceStatus::conditions).orElse(List.of());
        var stories = new ArrayList<Story>();
        for (var condition : after.conditions()) {
            var told = stories.stream().anyMatch(story -> story.reason().equals(condition.getReason()));
            if (!told && !SILENT.contains(condition.getReason()) && isNews(last, condition)) {
                stories.add(story(condition, after));
            }
        }
        return stories;
    }

    private static boolean isNews(List<Condition> last, Condition now) {
        return Conditions.find(last, now.getType())
                .filter(before -> before.getReason().equals(now.getReason()))
                .isEmpty();
    }

    private static Story story(Condition condition, ModelServiceStatus status) {
        var digest = Optional.ofNullable(status.model())
                .map(ModelServiceStatus.ServedModel::digest)
                .orElse("");
        var calm = "True".equals(condition.getStatus())
                || "Progressing".equals(condition.getType())
                || "ScaledToZero".equals(condition.getReason());
        return new Story(
                condition.getReason(),
                condition.getMessage(),
                !calm,
                "%d.%s".formatted(condition.getObservedGeneration(), digest));
    }
}
