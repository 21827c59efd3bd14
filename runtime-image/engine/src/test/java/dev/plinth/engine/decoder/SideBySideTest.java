package dev.plinth.engine.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SideBySideTest {
    @Test
    void resultsComeInOrderWhicheverIsReadyFirst() {
        CountDownLatch secondIsDone = new CountDownLatch(1);
        List<Supplier<String>> work = List.of(
                () -> {
                    await(secondIsDone);
                    return "first";
                },
                () -> {
                    secondIsDone.countDown();
                    return "second";
                });
        try (var both = new SideBySide<>(work, 2, result -> {})) {
            assertThat(both.next()).isEqualTo("first");
            assertThat(both.next()).isEqualTo("second");
        }
    }

    @Test
    void aFailureIsThrownAndWhatNobodyAsksForIsFreedOrNotBegun() {
        ConcurrentLinkedQueue<Integer> done = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Integer> freed = new ConcurrentLinkedQueue<>();
        List<Supplier<Integer>> work = IntStream.range(0, 100)
                .<Supplier<Integer>>mapToObj(i -> () -> {
                    if (i == 0) {
                        throw new IllegalArgumentException("there is no tensor");
                    }
                    done.add(i);
                    return i;
                })
                .toList();

        try (var all = new SideBySide<>(work, 2, freed::add)) {
            assertThatThrownBy(all::next)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("there is no tensor");
        }

        assertThat(freed).containsExactlyInAnyOrderElementsOf(done);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
