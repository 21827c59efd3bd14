package dev.plinth.engine.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TextStreamTest {
    @Test
    void aCharacterIsNeverSplit() {
        TextStream stream = new TextStream(List.of());
        byte[] wave = "👋".getBytes(StandardCharsets.UTF_8);

        assertThat(stream.append(new byte[] {'a', wave[0]})).isEqualTo("a");
        assertThat(stream.append(new byte[] {wave[1]})).isEmpty();
        assertThat(stream.append(new byte[] {wave[2]})).isEmpty();
        assertThat(stream.append(new byte[] {wave[3], 'b'})).isEqualTo("👋b");
        assertThat(stream.finish()).isEmpty();
    }

    @Test
    void bytesThatAreNoTextBecomeTheReplacementCharacter() {
        TextStream stream = new TextStream(List.of());

        assertThat(stream.append(new byte[] {(byte) 0xFF, 'a', (byte) 0xC3})).isEqualTo("\uFFFDa");
        assertThat(stream.append(new byte[] {'b'})).isEqualTo("\uFFFDb");
        assertThat(stream.append(new byte[] {(byte) 0xE4})).isEmpty();
        assertThat(stream.finish()).isEqualTo("\uFFFD");
    }

    @Test
    void aStopStringAcrossTokensEndsTheTextBeforeIt() {
        TextStream stream = new TextStream(List.of("STOP"));

        assertThat(append(stream, "one S")).isEqualTo("one ");
        assertThat(append(stream, "TO")).isEmpty();
        assertThat(append(stream, "P two")).isEmpty();
        assertThat(stream.stopped()).isTrue();
        assertThat(append(stream, "three")).isEmpty();
        assertThat(stream.finish()).isEmpty();
    }

    @Test
    void whatOnlyBeganLikeAStopStringIsGivenAfterAll() {
        TextStream stream = new TextStream(List.of("STOP"));

        assertThat(append(stream, "STO")).isEmpty();
        assertThat(append(stream, "NE ST")).isEqualTo("STONE ");
        assertThat(stream.finish()).isEqualTo("ST");
        assertThat(stream.stopped()).isFalse();
    }

    @Test
    void theFirstOfSeveralStopStringsCounts() {
        TextStream stream = new TextStream(List.of("end", "\n"));

        assertThat(append(stream, "a\nb end")).isEqualTo("a");
        assertThat(stream.stopped()).isTrue();
    }

    @Test
    void howeverTheBytesAreCutTheTextIsTheSame() {
        String text = "aab aaab Grüße 👋👋 世界 aaaab und mehr aab";
        List<String> stops = List.of("aaaab", "mehr ab");
        String expected = text.substring(0, text.indexOf("aaaab"));
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Random random = new Random(1);
        for (int round = 0; round < 500; round++) {
            TextStream stream = new TextStream(stops);
            StringBuilder shown = new StringBuilder();
            for (int at = 0; at < bytes.length; ) {
                int end = Math.min(bytes.length, at + 1 + random.nextInt(4));
                shown.append(stream.append(java.util.Arrays.copyOfRange(bytes, at, end)));
                at = end;
            }
            assertThat(shown.append(stream.finish())).hasToString(expected);
        }
    }

    private static String append(TextStream stream, String text) {
        return stream.append(text.getBytes(StandardCharsets.UTF_8));
    }
}
