package dev.plinth.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.trainer.report.Report.State;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@SuppressWarnings("NullAway") // Set before each test.
class StatusTest {
    private Status status;

    @BeforeEach
    void waiting() throws TrainingFailure {
        status = new Status(MemberEnvironment.of(Map.of("PLINTH_MEMBERS", "4")), 10);
        status.state(State.WAITING);
        status.suspects(Set.of(2));
    }

    @Test
    void aBreakThatBlamesNobodyLeavesTheSuspects() {
        status.suspects(Set.of());

        assertThat(status.report().suspects()).containsExactly(2);
    }

    @Test
    void aRingThatStandsSuspectsNobody() {
        status.state(State.TRAINING);

        assertThat(status.report().suspects()).isNull();
    }

    @Test
    void aNewFormationSuspectsNobody() {
        status.generation(2);

        assertThat(status.report().suspects()).isNull();
    }
}
