package dev.plinth.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Draws a training job as the lines of the live table; its last line says what happens now. */
final class JobTable {
    private static final int BAR = 30;
    private static final String ROW = "  %-7s %-22s %-10s %-24s %s";

    private JobTable() {}

    static List<String> draw(JobView job, LossCurve losses) {
        var lines = new ArrayList<String>();
        lines.add("");
        lines.add("  " + headline(job));
        job.step().ifPresent(step -> lines.add("  loss " + losses.draw(2 * BAR)));
        lines.add(row("WORKER", "POD", "NODE", "PLACE", "STATE"));
        for (JobView.Worker worker : job.workers()) {
            lines.add(row("rank " + worker.index(), worker.pod(), worker.node(), worker.place(), worker.state()));
        }
        lines.add("  now: " + job.now());
        return List.copyOf(lines);
    }

    private static String headline(JobView job) {
        String progress = job.step()
                .map(step -> String.format(
                        Locale.ROOT,
                        "%s step %d/%d  loss %.3f  %,d tokens/s",
                        bar(step.done(), step.total()),
                        step.done(),
                        step.total(),
                        step.loss(),
                        step.tokensPerSecond()))
                .orElse("no step yet");
        String checkpoint =
                job.checkpointStep().map(step -> "  checkpoint at " + step).orElse("");
        return job.name() + "  " + progress + "  formation " + job.generation() + checkpoint + "  " + job.state();
    }

    private static String bar(long done, long total) {
        int filled = total <= 0 ? 0 : (int) Math.min(BAR, done * BAR / total);
        return "█".repeat(filled) + "░".repeat(BAR - filled);
    }

    private static String row(String worker, String pod, String node, String place, String state) {
        return String.format(Locale.ROOT, ROW, worker, pod, node, place, state).stripTrailing();
    }
}
