package dev.plinth.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.trainer.data.Batches.Batch;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchesTest {
    private static final int[] TOKENS = IntStream.range(0, 1000).toArray();
    private final Batches batches = new Batches(TOKENS, 7, 8, 16);

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 8})
    void theSharesOfAnyNumberOfRanksMakeUpTheSameBatch(int ranks) {
        long[] together = IntStream.range(0, ranks)
                .mapToObj(rank -> batches.share(5, rank, ranks).inputs())
                .flatMapToLong(LongStream::of)
                .toArray();

        assertThat(together).isEqualTo(batches.share(5, 0, 1).inputs());
    }

    @Test
    void everyTokenPredictsTheOneAfterIt() {
        Batch batch = batches.share(0, 0, 1);

        assertThat(batch.count()).isEqualTo(8);
        assertThat(batch.targets())
                .isEqualTo(Arrays.stream(batch.inputs()).map(t -> t + 1).toArray());
    }

    @Test
    void aStepHasTheSameBatchEachTimeAndAnotherThanOtherSteps() {
        assertThat(batches.share(3, 0, 1).inputs())
                .isEqualTo(new Batches(TOKENS, 7, 8, 16).share(3, 0, 1).inputs())
                .isNotEqualTo(batches.share(4, 0, 1).inputs());
        assertThat(batches.share(3, 0, 1).inputs())
                .isNotEqualTo(new Batches(TOKENS, 8, 8, 16).share(3, 0, 1).inputs());
    }

    @Test
    void aTextOneTokenLongerThanASequenceIsEnough() {
        Batches smallest = new Batches(new int[] {1, 2, 3}, 0, 1, 2);

        assertThat(smallest.share(9, 0, 1).inputs()).containsExactly(1, 2);
        assertThat(smallest.share(9, 0, 1).targets()).containsExactly(2, 3);
    }

    @Test
    void offsetsComeFromSplitMix64() {
        // First outputs of the reference implementation for seed 0.
        assertThat(Batches.mix(0, 0)).isEqualTo(0xE220A8397B1DCDAFL);
        assertThat(Batches.mix(0, 1)).isEqualTo(0x6E789E6AA1B965F4L);
    }
}
