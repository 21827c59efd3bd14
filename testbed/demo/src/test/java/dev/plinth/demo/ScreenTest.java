package dev.plinth.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScreenTest {
    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(shown, true, UTF_8);

    @Test
    void withoutATerminalABlockIsPrintedOnlyWhenWhatHappensNowChanges() {
        var screen = new Screen(out, false);
        screen.show(List.of("step 1", "now: training"));
        screen.show(List.of("step 2", "now: training"));
        screen.say("node lost");
        screen.show(List.of("step 3", "now: repairing"));
        assertThat(lines()).containsExactly("step 1", "now: training", "node lost", "step 3", "now: repairing");
    }

    @Test
    void withoutATerminalProgressIsToldSeldomAndWithoutEscapes() {
        var screen = new Screen(out, false);
        screen.now("Building", 0.5, "1 of 2");
        screen.now("Building", 1, "2 of 2");
        screen.done("Built");
        screen.chapter("Training");
        assertThat(lines()).containsExactly("  ✓ Built", "", "Training");
    }

    @Test
    void onATerminalABlockReplacesTheOneBeforeAndLinesThatStayGoAboveIt() {
        var screen = new Screen(out, true);
        screen.show(List.of("step 1", "now: training"));
        shown.reset();
        screen.say("node lost");
        assertThat(shown.toString(UTF_8))
                .startsWith("\033[2A\r\033[J")
                .contains("node lost\n")
                .contains("step 1\nnow: training\n");
    }

    @Test
    void aBlockThatIsKeptIsNotReplaced() {
        var screen = new Screen(out, true);
        screen.show(List.of("the end"));
        screen.keep();
        shown.reset();
        screen.say("afterwards");
        assertThat(shown.toString(UTF_8)).isEqualTo("afterwards\n");
    }

    private List<String> lines() {
        return shown.toString(UTF_8).lines().toList();
    }
}
