package dev.plinth.clusterbench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.clusterbench.Tide.Seen;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TideTest {
    private static final Duration STAY = Duration.ofNanos(10);
    private static final Arrival A = new Arrival("a", 4);
    private static final Arrival B = new Arrival("b", 4);
    private static final Arrival C = new Arrival("c", 2);

    @Test
    void gangsComeUntilEnoughMembersWait() {
        var tide = new Tide(List.of(A, B, C), 8, 100, STAY);

        assertThat(tide.step(Map.of(), 0).coming()).containsExactly(A, B);
        assertThat(tide.step(Map.of("a", new Seen(1, 0, 0)), 0).coming()).containsExactly(C);
    }

    @Test
    void aGangComesOnlyIfThereIsRoomAlsoForThoseThatLeave() {
        var tide = new Tide(List.of(A, B), 100, 6, STAY);
        tide.step(Map.of(), 0);

        assertThat(tide.step(Map.of("a", new Seen(4, 0, 5)), 15)).isEqualTo(new Tide.Step(List.of(), List.of(A)));
        assertThat(tide.step(Map.of("a", new Seen(4, 3, 5)), 16).coming()).isEmpty();
        assertThat(tide.step(Map.of("a", new Seen(4, 4, 5)), 17).coming()).containsExactly(B);
    }

    @Test
    void aGangGoesWhenItHasBeenWholeForAWhile() {
        var tide = new Tide(List.of(A), 100, 100, STAY);
        tide.step(Map.of(), 0);

        assertThat(tide.step(Map.of("a", new Seen(3, 0, 0)), 50).going()).isEmpty();
        assertThat(tide.step(Map.of("a", new Seen(4, 0, 50)), 59).going()).isEmpty();
        assertThat(tide.step(Map.of("a", new Seen(4, 0, 50)), 60).going()).containsExactly(A);
    }

    @Test
    void itIsOverWhenAllWereWholeAndHaveGone() {
        var tide = new Tide(List.of(C), 100, 100, STAY);
        assertThat(tide.allBound(Map.of())).isFalse();
        tide.step(Map.of(), 0);
        assertThat(tide.allBound(Map.of("c", new Seen(1, 0, 0)))).isFalse();
        assertThat(tide.allBound(Map.of("c", new Seen(2, 0, 0)))).isTrue();

        tide.step(Map.of("c", new Seen(2, 0, 0)), 10);
        assertThat(tide.allBound(Map.of())).isTrue();
        assertThat(tide.allGone()).isFalse();
        tide.step(Map.of("c", new Seen(2, 2, 0)), 11);
        assertThat(tide.allGone()).isTrue();
    }
}
