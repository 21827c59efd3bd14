package dev.plinth.demo;

import dev.plinth.testbed.Progress;
import java.io.PrintStream;
import java.util.List;

/**
 * What the demo shows: lines that stay, and a block at the bottom that is drawn again in place. Where the output is not a terminal, the
 * block is printed only when its last line (what happens now) changes.
 */
final class Screen implements Progress {
    private static final String ERASE_TO_END = "\033[J";
    private static final long SELDOM_NANOS = 15_000_000_000L;

    private final PrintStream out;
    private final boolean terminal;
    private List<String> block = List.of();
    private long lastNow = System.nanoTime();

    Screen(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** A line that stays. */
    synchronized void say(String line) {
        erase();
        out.println(line);
        redraw();
    }

    /** A heading that stays. */
    void chapter(String title) {
        say("");
        say(terminal ? "\033[1m" + title + "\033[0m" : title);
    }

    /** Replaces the block at the bottom. */
    synchronized void show(List<String> lines) {
        if (terminal) {
            erase();
            block = lines;
            redraw();
        } else if (block.isEmpty() || !block.getLast().equals(lines.getLast())) {
            block = lines;
            lines.forEach(out::println);
            out.flush();
        }
    }

    /** A step of the set-up that is over. */
    @Override
    public void done(String line) {
        show(List.of("  ✓ " + line));
        keep();
    }

    /** How far a step of the set-up is; told seldom where it cannot be replaced by what follows. */
    @Override
    public synchronized void now(String line) {
        if (terminal || System.nanoTime() - lastNow > SELDOM_NANOS) {
            lastNow = System.nanoTime();
            show(List.of("  … " + line));
        }
    }

    /** Leaves the block where it is, as lines that stay. */
    synchronized void keep() {
        block = List.of();
    }

    private void erase() {
        if (terminal && !block.isEmpty()) {
            out.print("\033[" + block.size() + "A\r" + ERASE_TO_END);
        }
    }

    private void redraw() {
        if (terminal && !block.isEmpty()) {
            out.print(UNWRAPPED.formatted(String.join("\n", block) + "\n"));
        }
        out.flush();
    }
}
