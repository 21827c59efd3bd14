package dev.plinth.trainer.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RingTest {
    private static final Duration SILENCE = Duration.ofMillis(600);

    private final List<RingPort> ports = new ArrayList<>();
    private final ExecutorService ranks = Executors.newCachedThreadPool();

    @AfterEach
    void close() throws Exception {
        for (RingPort port : ports) {
            port.close();
        }
        ranks.shutdownNow();
    }

    @ParameterizedTest
    @CsvSource({"1,5", "2,1", "2,7", "3,100000", "4,3", "5,1000003"})
    void everyRankEndsWithTheSameBitsOfTheSum(int size, int count) throws Exception {
        listen(size, 1);

        List<float[]> sums = onEachRank(rank -> {
            try (Collective ring = form(rank)) {
                ByteBuffer values = floats(valuesOf(rank, count));
                ring.sum(values);
                return array(values);
            }
        });

        float[] expected = new float[count];
        for (int rank = 0; rank < size; rank++) {
            float[] values = valuesOf(rank, count);
            for (int i = 0; i < count; i++) {
                expected[i] += values[i];
            }
        }
        assertThat(sums).allSatisfy(sum -> assertThat(sum).isEqualTo(sums.getFirst()));
        for (int i = 0; i < count; i++) {
            assertThat(sums.getFirst()[i]).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-5f));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4})
    void everyRankGetsWhatRankZeroSays(int size) throws Exception {
        listen(size, 1);

        List<String> heard = onEachRank(rank -> {
            try (Collective ring = form(rank)) {
                String word = rank == 0 ? "step-100-g1" : "ignored";
                return new String(ring.fromRankZero(word.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
            }
        });

        assertThat(heard).containsOnly("step-100-g1");
    }

    @Test
    void aSlowRankIsWaitedFor() throws Exception {
        listen(3, 1);

        List<float[]> sums = onEachRank(rank -> {
            try (Collective ring = form(rank)) {
                if (rank == 1) {
                    Thread.sleep(SILENCE.multipliedBy(3));
                }
                ByteBuffer values = floats(1, 2, 3);
                ring.sum(values);
                return array(values);
            }
        });

        assertThat(sums).allSatisfy(sum -> assertThat(sum).containsExactly(3, 6, 9));
    }

    @Test
    void aRankThatVanishesSilentlyIsSuspectedByAll() throws Exception {
        listen(3, 1);
        Future<Collective> first = ranks.submit(() -> form(0, 1));
        Future<Collective> second = ranks.submit(() -> form(1, 2));

        // Rank 2 speaks as much as the ring needs to form, then nothing any more, without closing its connection.
        try (Socket toRankZero =
                new Socket(InetAddress.getLoopbackAddress(), ports.get(0).port())) {
            new Hello("test", 1, 2, 3).write(new DataOutputStream(toRankZero.getOutputStream()));
            Collective zero = first.get();
            Collective one = second.get();
            Future<?> sum = ranks.submit(() -> {
                zero.sum(floats(1, 2, 3));
                return zero;
            });

            assertThatThrownBy(() -> one.sum(floats(1, 2, 3))).satisfies(RingTest::blamesRankTwo);
            assertThatThrownBy(sum::get).cause().satisfies(RingTest::blamesRankTwo);
        }
    }

    private static void blamesRankTwo(Throwable thrown) {
        assertThat(thrown)
                .isInstanceOfSatisfying(
                        RingBroken.class,
                        broken -> assertThat(broken.suspects()).containsExactly(2));
    }

    @Test
    void aNewerGenerationBreaksTheRingAndBlamesNobody() throws Exception {
        listen(2, 1);
        Future<Object> training = ranks.submit(() -> {
            Collective ring = form(0);
            ring.sum(floats(1)); // rank 1 never takes part
            return ring;
        });
        Collective other = form(1);

        ports.getFirst().advance(2);

        assertThatThrownBy(training::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        RingBroken.class,
                        broken -> assertThat(broken.suspects()).isEmpty());
        assertThatThrownBy(() -> other.sum(floats(1)))
                .isInstanceOfSatisfying(
                        RingBroken.class,
                        broken -> assertThat(broken.suspects()).isEmpty());
    }

    @Test
    void anOlderGenerationCannotJoin() throws Exception {
        ports.add(port(0, 2, 2));
        ports.add(port(1, 2, 1)); // has not heard of generation 2

        Future<Collective> newer = ranks.submit(() -> form(0));
        Future<Collective> older = ranks.submit(() -> form(1));
        Thread.sleep(500);
        assertThat(newer.isDone()).isFalse();
        assertThat(older.isDone()).isFalse();

        ports.get(1).advance(2);
        assertThatThrownBy(older::get).cause().isInstanceOf(RingBroken.class);
        try (Collective ring = form(1)) {
            assertThat(ring.size()).isEqualTo(2);
            newer.get().close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "test, 1, 1, 2, WELCOME",
        "test, 0, 1, 2, OLDER_GENERATION",
        "test, 2, 1, 2, NEWER_GENERATION",
        "other, 1, 1, 2, STRANGER",
        "test, 1, 0, 2, STRANGER",
        "test, 1, 1, 3, STRANGER"
    })
    void whoConnectsIsAnsweredByGangGenerationRankAndSize(
            String gang, long generation, int rank, int size, Hello.Answer answer) {
        Hello rankZero = new Hello("test", 1, 0, 2);

        assertThat(rankZero.answer(new Hello(gang, generation, rank, size))).isEqualTo(answer);
    }

    @Test
    void aRestartedPreviousRankBreaksTheRingSoThatAllFormAnew() throws Exception {
        listen(2, 1);
        Future<Collective> first = ranks.submit(() -> form(0));
        Collective old = form(1);
        first.get();

        // Rank 1's process is started again and knows nothing of the ring that stands.
        Future<Collective> again = ranks.submit(() -> form(1));
        assertThatThrownBy(() -> first.get().sum(floats(1))).isInstanceOf(RingBroken.class);
        try (Collective ring = form(0)) {
            assertThat(ring.rank()).isZero();
            again.get().close();
        }
        old.close();
    }

    @Test
    void formingEndsWhenCancelled() throws Exception {
        listen(2, 1);

        assertThatThrownBy(() -> ports.getFirst().form(Optional::empty, () -> true))
                .isInstanceOf(RingBroken.class);
    }

    private interface OnRank<T> {
        T call(int rank) throws Exception;
    }

    private <T> List<T> onEachRank(OnRank<T> body) throws Exception {
        List<Callable<T>> calls = new ArrayList<>();
        for (int rank = 0; rank < ports.size(); rank++) {
            int mine = rank;
            calls.add(() -> body.call(mine));
        }
        List<T> results = new ArrayList<>();
        for (Future<T> future : ranks.invokeAll(calls)) {
            results.add(future.get());
        }
        return results;
    }

    private void listen(int size, long generation) throws Exception {
        for (int rank = 0; rank < size; rank++) {
            ports.add(port(rank, size, generation));
        }
    }

    private static RingPort port(int rank, int size, long generation) throws Exception {
        return new RingPort(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                "test",
                rank,
                size,
                generation,
                SILENCE,
                line -> {});
    }

    private Collective form(int rank) throws Exception {
        return form(rank, (rank + 1) % ports.size());
    }

    private Collective form(int rank, int next) throws Exception {
        InetSocketAddress address = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), ports.get(next).port());
        return ports.get(rank).form(() -> Optional.of(address), () -> false);
    }

    private static float[] valuesOf(int rank, int count) {
        Random random = new Random(rank);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }

    private static ByteBuffer floats(float... values) {
        ByteBuffer buffer =
                ByteBuffer.allocateDirect(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        buffer.asFloatBuffer().put(values);
        return buffer;
    }

    private static float[] array(ByteBuffer buffer) {
        float[] values = new float[buffer.limit() / Float.BYTES];
        buffer.asFloatBuffer().get(values);
        return values;
    }
}
