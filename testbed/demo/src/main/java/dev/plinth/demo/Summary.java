package dev.plinth.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The times the demo measured; a time that was not seen is told as such, never as zero. */
record Summary(
        Optional<Duration> toPlaced,
        Optional<Duration> toFirstStep,
        Optional<Duration> lossToDetected,
        Optional<Duration> lossToTraining,
        Optional<Long> stepsLost,
        Optional<Duration> toFirstToken,
        Duration setUp,
        Duration story) {

    List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add(line("apply to all workers placed", time(toPlaced)));
        lines.add(line("apply to first training step", time(toFirstStep)));
        lines.add(line("node lost to loss noticed", time(lossToDetected)));
        lines.add(line("node lost to training again", time(lossToTraining)));
        lines.add(line("steps lost (done twice)", stepsLost.map(String::valueOf).orElse("not seen")));
        lines.add(line("prompt to first token, trained model", time(toFirstToken)));
        lines.add(line("set-up", time(Optional.of(setUp))));
        lines.add(line("the story after set-up", time(Optional.of(story))));
        return List.copyOf(lines);
    }

    private static String line(String what, String value) {
        return String.format(Locale.ROOT, "  %-40s %10s", what, value);
    }

    private static String time(Optional<Duration> duration) {
        return duration.map(d -> d.toMillis() < 1000
                        ? d.toMillis() + " ms"
                        : String.format(Locale.ROOT, "%.1f s", d.toMillis() / 1000.0))
                .orElse("not seen");
    }
}
