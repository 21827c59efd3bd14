package dev.plinth.engine.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plinth.engine.Engine;
import dev.plinth.engine.LanguageModel;
import dev.plinth.engine.Precision;
import dev.plinth.engine.TinyModel;
import dev.plinth.engine.adapter.Adapter;
import dev.plinth.engine.scheduling.Claim;
import dev.plinth.engine.scheduling.Limits;
import dev.plinth.engine.tokens.ByteTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Adapters are made ready beside the steps of requests that do not want them. */
class AdapterLoadingTest {
    private final SlowEngine engine = new SlowEngine(TinyModel.engine(Precision.INT8));
    private final Generator generator = new Generator(
            new LanguageModel(engine, new ByteTokenizer(), Set.of(), Optional.empty(), "", ""),
            Limits.of(4, 8),
            1,
            tokens -> {});

    @AfterEach
    void close() throws Exception {
        generator.close();
        assertThat(engine.open.get()).isZero();
    }

    @Test
    void othersAreAnsweredWhileOneIsLoadedAndThenThoseThatWaitForIt() throws Exception {
        CompletableFuture<Integer> adapted = submit(Optional.of(adapter(1)));
        CompletableFuture<Integer> second = submit(Optional.of(adapter(1)));
        engine.begun.await();

        assertThat(submit(Optional.empty()).join()).isEqualTo(30);
        assertThat(adapted).isNotDone();
        assertThat(generator.adaptersInUse().waiting()).containsExactly("adapter1");
        engine.slow.countDown();

        assertThat(adapted.join()).isEqualTo(30);
        assertThat(second.join()).isEqualTo(30);
        assertThat(engine.prepared.get()).isOne();
    }

    @Test
    void oneThatCannotBeLoadedFailsTheRequestsForItAloneAndItsPlaceIsFree() throws Exception {
        CompletableFuture<Integer> broken = submit(Optional.of(adapter(SlowEngine.BROKEN)));
        CompletableFuture<Integer> plain = submit(Optional.empty());
        engine.slow.countDown();

        assertThatThrownBy(broken::join)
                .isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("the file is damaged");
        assertThat(plain.join()).isEqualTo(30);
        assertThat(submit(Optional.of(adapter(2))).join()).isEqualTo(30);
    }

    @Test
    void oneWhoseFileIsCutShortMeanwhileFailsItsRequestsAndIsTriedAgain() throws Exception {
        engine.slow.countDown();

        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(
                            () -> submit(Optional.of(adapter(SlowEngine.CUT))).join())
                    .hasRootCauseMessage("a fault occurred in an unsafe memory access operation");
        }
    }

    @Test
    void oneThatNobodyWaitsForAnyMoreIsThereForWhoeverComesNext() throws Exception {
        Generation gone = generator
                .submit(List.of(new Generator.Submission(request(Optional.of(adapter(1))), event -> {})))
                .getFirst();
        engine.begun.await();
        gone.cancel();
        engine.slow.countDown();

        assertThat(submit(Optional.of(adapter(1))).join()).isEqualTo(30);
        assertThat(engine.prepared.get()).isOne();
        assertThat(submit(Optional.of(adapter(2))).join()).isEqualTo(30);
        assertThat(submit(Optional.of(adapter(1))).join()).isEqualTo(30);
        assertThat(engine.prepared.get()).isEqualTo(3);
    }

    @Test
    void closingDoesNotWaitForOneThatIsBeingLoaded() throws Exception {
        CompletableFuture<Integer> adapted = submit(Optional.of(adapter(1)));
        engine.begun.await();

        generator.close();

        assertThatThrownBy(adapted::join).hasRootCauseInstanceOf(EngineClosedException.class);
    }

    private CompletableFuture<Integer> submit(Optional<Adapter> adapter) throws Exception {
        CompletableFuture<Integer> tokens = new CompletableFuture<>();
        generator.submit(List.of(new Generator.Submission(request(adapter), event -> {
            switch (event) {
                case GenerationEvent.Token token -> {}
                case GenerationEvent.Finished finished -> tokens.complete(finished.tokens());
                case GenerationEvent.Failed failed -> tokens.completeExceptionally(failed.cause());
            }
        })));
        return tokens;
    }

    private static GenerationRequest request(Optional<Adapter> adapter) {
        return new GenerationRequest(
                List.of(1, 2, 3), 30, Sampling.greedy(), List.of(), -1, true, Claim.NONE, Optional.empty(), adapter);
    }

    private static Adapter adapter(long id) {
        return new Adapter(id, "adapter" + id, Path.of("none"), 1, 1, Instant.EPOCH);
    }

    /** Adapters take as long as the test wants and change nothing. */
    private record SlowEngine(
            Engine engine, CountDownLatch begun, CountDownLatch slow, AtomicInteger prepared, AtomicInteger open)
            implements Engine {
        private static final long BROKEN = 99;
        private static final long CUT = 98;

        SlowEngine(Engine engine) {
            this(engine, new CountDownLatch(1), new CountDownLatch(1), new AtomicInteger(), new AtomicInteger());
        }

        @Override
        public PreparedAdapter prepareAdapter(Adapter adapter) throws IOException, InterruptedException {
            begun.countDown();
            slow.await();
            if (adapter.id() == BROKEN) {
                throw new IOException("the file is damaged");
            }
            if (adapter.id() == CUT) { // as of a mapped file that is cut short
                throw new InternalError("a fault occurred in an unsafe memory access operation");
            }
            prepared.incrementAndGet();
            open.incrementAndGet();
            return open::decrementAndGet;
        }

        @Override
        public List<Scores> step(List<Copy> copies, List<Row> rows) {
            List<Row> plain = rows.stream()
                    .map(row -> new Row(row.tokens(), row.position(), row.blocks(), row.scores()))
                    .toList();
            return engine.step(copies, plain);
        }

        @Override
        public int vocabularySize() {
            return engine.vocabularySize();
        }

        @Override
        public int maxSequenceLength() {
            return engine.maxSequenceLength();
        }

        @Override
        public KvPool pool() {
            return engine.pool();
        }

        @Override
        public void close() {
            engine.close();
        }
    }
}
