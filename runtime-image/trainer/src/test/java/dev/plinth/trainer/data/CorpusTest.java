package dev.plinth.trainer.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plinth.trainer.TrainerConfig;
import dev.plinth.trainer.TrainingFailure;
import dev.plinth.trainer.TrainingFailure.Exit;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CorpusTest {
    @TempDir
    private Path folder;

    @Test
    void theBuiltInTextIsThere() throws Exception {
        Corpus corpus = Corpus.read(new TrainerConfig.Data("builtin:shakespeare", "Bytes"), 64);

        assertThat(corpus.tokens()).hasSizeGreaterThan(250_000);
        assertThat(corpus.vocabularySize()).isEqualTo(256);
        assertThat(corpus.tokens()).startsWith('H', 'A', 'M', 'L', 'E', 'T');
    }

    @Test
    void aFileIsReadAsBytesOfUtf8() throws Exception {
        Corpus corpus = Corpus.read(data(Files.writeString(folder.resolve("a.txt"), "aé")), 2);

        assertThat(corpus.tokens()).containsExactly('a', 0xC3, 0xA9);
    }

    @Test
    void whatCannotBeReadIsSaidWithWhatToDo() throws Exception {
        assertFailure(() -> Corpus.read(data(folder.resolve("none.txt")), 2), "none.txt", "mount the volume");
        assertFailure(
                () -> Corpus.read(new TrainerConfig.Data("builtin:none", "Bytes"), 2), "none", "builtin:shakespeare");
        assertFailure(
                () -> Corpus.read(data(Files.write(folder.resolve("b.txt"), new byte[] {(byte) 0xFF})), 2),
                "not UTF-8");
        assertFailure(
                () -> Corpus.read(data(Files.writeString(folder.resolve("c.txt"), "abc")), 3),
                "3 tokens",
                "needs more");
        assertFailure(
                () -> Corpus.read(new TrainerConfig.Data("builtin:shakespeare", "/none/tokenizer.json"), 2),
                "/none/tokenizer.json");
    }

    private static TrainerConfig.Data data(Path file) {
        return new TrainerConfig.Data(file.toString(), "Bytes");
    }

    private static void assertFailure(ThrowingCallable call, String... words) {
        assertThatThrownBy(call)
                .hasMessageContainingAll(words)
                .isInstanceOfSatisfying(
                        TrainingFailure.class,
                        failure -> assertThat(failure.exit()).isEqualTo(Exit.DATA));
    }
}
