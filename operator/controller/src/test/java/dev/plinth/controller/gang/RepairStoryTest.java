package dev.plinth.controller.gang;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.api.v1alpha1.GangSpec.Formation;
import dev.plinth.api.v1alpha1.Recovered;
import dev.plinth.recovery.Action.Reform;
import dev.plinth.recovery.Signal;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway") // The later half of a story is not there yet.
class RepairStoryTest {
    private static final Instant DETECTED = Instant.parse("2026-03-01T12:00:00.400Z");

    private final Recovered begun = new Recovered("MemberFailed", 1, "n1", DETECTED, DETECTED, null, null, null, null);

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

    @Test
    void a_silent_member_was_lost_when_it_was_last_heard() {
        var gang = Gangs.of("ml", "train", 2, 8);
        var reform = new Reform(
                2,
                new TreeMap<>(Map.of(1, 1)),
                1,
                new TreeSet<>(Set.of(1)),
                new TreeMap<>(),
                new TreeMap<>(),
                new TreeMap<>(),
                List.of(),
                "member 1 silent for 31 s");

        var story = RepairStory.begun(
                GangView.of(gang, Formation.FIRST, List.of()),
                reform,
                List.of(new Signal.MemberSilent(1, 0, Duration.ofSeconds(31))),
                Map.of(),
                DETECTED);

        assertThat(story.reason()).isEqualTo("MemberSilent");
        assertThat(story.lostAt()).isEqualTo(DETECTED.minusSeconds(31));
        assertThat(story.detectedAt()).isEqualTo(DETECTED);
    }

    private static Pod created(Instant at) {
        return new PodBuilder()
                .withNewMetadata()
                .withCreationTimestamp(at.toString())
                .endMetadata()
                .build();
    }
}
