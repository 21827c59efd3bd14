package dev.plinth.controller.gang;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.api.v1alpha1.Recovered;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway") // The later half of a story is not there yet.
class RepairStoryTest {
    private static final Instant DETECTED = Instant.parse("2026-03-01T12:00:00.400Z");

    private final Recovered begun =
            new Recovered("MemberFailed", 1, "n1", DETECTED, DETECTED, null, null, null, null);

    @Test
    void members_are_replaced_when_the_last_successor_was_created() {
        var story = RepairStory.replaced(begun, List.of(created(DETECTED.plusSeconds(7)), created(DETECTED)));

        assertThat(story.orElseThrow().replacedAt()).isEqualTo(DETECTED.plusSeconds(7));
    }

    @Test
    void a_successor_is_not_created_before_the_loss_was_noticed_although_the_api_server_tells_whole_seconds() {
        var story = RepairStory.replaced(begun, List.of(created(Instant.parse("2026-03-01T12:00:00Z"))));

        assertThat(story.orElseThrow().replacedAt()).isEqualTo(DETECTED);
    }

    @Test
    void nobody_is_replaced_before_there_is_a_successor() {
        assertThat(RepairStory.replaced(begun, List.of())).isEmpty();
    }

    private static Pod created(Instant at) {
        return new PodBuilder()
                .withNewMetadata()
                .withCreationTimestamp(at.toString())
                .endMetadata()
                .build();
    }
}
