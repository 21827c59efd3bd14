package dev.plinth.testbed;

import java.util.ArrayList;
import java.util.List;

/** Keeps what was told as done. */
public final class Told implements Progress {
    private final List<String> lines = new ArrayList<>();

    @Override
    public synchronized void done(String line) {
        lines.add(line);
    }

    @Override
    public void now(String line) {}

    /** What was told so far. */
    public synchronized List<String> lines() {
        return List.copyOf(lines);
    }
}
