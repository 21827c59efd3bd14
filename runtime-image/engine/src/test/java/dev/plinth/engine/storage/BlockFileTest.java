package dev.plinth.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plinth.engine.TinyModel;
import dev.plinth.engine.generation.GenerationEvent;
import dev.plinth.engine.generation.GenerationRequest;
import dev.plinth.engine.generation.Generator;
import dev.plinth.engine.generation.Sampling;
import dev.plinth.engine.scheduling.BlockKey;
import dev.plinth.engine.scheduling.Claim;
import dev.plinth.engine.scheduling.Limits;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class BlockFileTest {
    private static final int BYTES = 100;
    private static final int PLACE = BYTES + 24;

    @TempDir
    private Path folder;

    @Test
    void whatWasSavedIsFetchedAndOtherThingsAreNot() throws Exception {
        try (BlockFile file = BlockFile.in(folder, 10 * PLACE, BYTES)) {
            save(file, 1);
            save(file, 2);

            assertThat(file.fetch(key(1))).hasValue(content(1));
            assertThat(file.fetch(key(2))).hasValue(content(2));
            assertThat(file.fetch(key(3))).isEmpty();
            assertThat(file.counts()).isEqualTo(new BlockFile.Counts(2, 2, 0, 0));
        }
    }

    @Test
    void theLongestUnusedGivesItsPlace() throws Exception {
        try (BlockFile file = BlockFile.in(folder, 2 * PLACE, BYTES)) {
            save(file, 1);
            save(file, 2);
            file.fetch(key(1));
            save(file, 3);

            assertThat(file.holds(key(2))).isFalse();
            assertThat(file.fetch(key(1))).hasValue(content(1));
            assertThat(file.fetch(key(3))).hasValue(content(3));
        }
    }

    @Test
    void theFileHasNoNameByWhichItCouldBeLeftBehind() throws Exception {
        try (BlockFile file = BlockFile.in(folder, 2 * PLACE, BYTES)) {
            save(file, 1);

            assertThat(folder).isEmptyDirectory();
        }
    }

    @Test
    void oneChangedBitAndAFileCutShortAndTheContentOfAnotherAreNoticed() throws Exception {
        Path path = folder.resolve("open");
        try (FileChannel channel = FileChannel.open(
                        path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
                BlockFile file = new BlockFile(channel, 4 * PLACE, BYTES)) {
            for (int number = 1; number <= 4; number++) {
                save(file, number);
            }
            channel.write(ByteBuffer.wrap(new byte[] {(byte) (content(1)[7] ^ 4)}), 24 + 7);
            ByteBuffer third = ByteBuffer.allocate(PLACE);
            channel.read(third, 2 * PLACE);
            channel.write(third.flip(), PLACE);
            channel.truncate(4 * PLACE - 1);

            assertThat(file.fetch(key(1))).isEmpty();
            assertThat(file.fetch(key(2))).isEmpty();
            assertThat(file.fetch(key(3))).hasValue(content(3));
            assertThat(file.fetch(key(4))).isEmpty();
            assertThat(file.counts()).isEqualTo(new BlockFile.Counts(1, 4, 0, 3));
            save(file, 1);
            assertThat(file.fetch(key(1))).hasValue(content(1));
        }
    }

    @Test
    void aFileThatHoldsNothingIsRefused() {
        assertThatThrownBy(() -> BlockFile.in(folder, PLACE - 1, BYTES))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("holds no block");
    }

    @Test
    void aPromptThatThePoolHadNoRoomForIsFetchedBackAndAnsweredTheSame() throws Exception {
        var model = TinyModel.crowded();
        BlockFile file = BlockFile.in(folder, 1 << 28, model.engine().pool().blockBytes());
        try (Generator generator = new Generator(model, Limits.of(2, 2), 1, Optional.of(file), tokens -> {})) {
            Answer computed = ask(generator, "a", "");
            ask(generator, "b", "");
            ask(generator, "c", "");
            assertThat(generator.restoredTokens()).isZero();
            // Until what was given away is written: at most one more prompt's blocks wait.
            while (file.counts().saved() + file.counts().refused() < 2000 / 16) {
                Thread.onSpinWait();
            }

            Answer fetched = ask(generator, "a", "");

            assertThat(fetched.tokens()).isEqualTo(computed.tokens());
            assertThat(generator.restoredTokens()).isPositive();
            assertThat(fetched.end().cachedTokens()).isGreaterThanOrEqualTo((int) generator.restoredTokens());
            long restored = generator.restoredTokens();
            ask(generator, "b", "another tenant");
            assertThat(generator.restoredTokens()).isEqualTo(restored);
        }
    }

    private record Answer(List<GenerationEvent.Token> tokens, GenerationEvent.Finished end) {}

    private static Answer ask(Generator generator, String begin, String salt) throws Exception {
        List<Integer> prompt = (begin + "x".repeat(2100)).chars().boxed().toList();
        Sampling sampling = new Sampling(1, 0, 1, 0, 1, 0, 0, Map.of(), 3);
        Claim claim = new Claim("", salt, 0, Long.MAX_VALUE);
        List<GenerationEvent.Token> tokens = new ArrayList<>();
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        var request = new GenerationRequest(prompt, 20, sampling, List.of(), 2, true, claim);
        generator.submit(List.of(new Generator.Submission(request, event -> {
            switch (event) {
                case GenerationEvent.Token token -> tokens.add(token);
                case GenerationEvent.Finished finished -> answer.complete(new Answer(tokens, finished));
                case GenerationEvent.Failed failed -> answer.completeExceptionally(failed.cause());
            }
        })));
        return answer.get();
    }

    private static void save(BlockFile file, int number) {
        file.save(key(number), content(number));
        while (!file.holds(key(number))) {
            Thread.onSpinWait();
        }
    }

    private static BlockKey key(int number) {
        return new BlockKey(number, -number);
    }

    private static byte[] content(int number) {
        byte[] content = new byte[BYTES];
        Arrays.fill(content, (byte) number);
        return content;
    }
}
