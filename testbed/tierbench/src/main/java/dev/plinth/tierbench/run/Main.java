package dev.plinth.tierbench.run;

import dev.plinth.tierbench.input.Answers;
import dev.plinth.tierbench.input.Event;
import dev.plinth.tierbench.input.EventReader;
import dev.plinth.tierbench.input.InputException;
import dev.plinth.tierbench.policy.Plinth;
import dev.plinth.tierbench.policy.Policies;
import dev.plinth.tierbench.policy.Policy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import java.util.TreeMap;

/** {@code make bench-placement}: the whole benchmark, or with an input the policies on that, and answers from elsewhere beside them. */
public final class Main {
    /** Events that each policy sees once before: schedulers run for long, and the first decisions of a process load its code. */
    private static final int WARM_UP = 1_000;

    private Main() {}

    public static void main(String[] arguments) throws IOException {
        var options = new TreeMap<String, String>();
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i], arguments[i + 1]);
        }
        var input = Optional.ofNullable(options.get("--input")).map(Path::of);
        var answers = Optional.ofNullable(options.get("--answers")).map(Path::of);
        var export = Optional.ofNullable(options.get("--export")).map(Path::of);
        try {
            var output = Path.of(options.getOrDefault("--output", "target/bench/placement.json"));
            if (options.containsKey("--plot")) {
                Plot.draw(output, Path.of(options.getOrDefault("--plot", "")));
                return;
            }
            if (export.isPresent()) {
                Export.states(export.get());
                return;
            }
            var report = new Report();
            if (input.isPresent()) {
                replay(report, input.get(), answers);
            } else {
                new DecisionBench(report).run();
                new SnapshotBench(report).run();
                new StreamBench(
                                report,
                                Integer.parseInt(options.getOrDefault("--jobs", "2000")),
                                Integer.parseInt(options.getOrDefault("--seeds", "32")))
                        .run();
            }
            report.print();
            report.write(output);
        } catch (InputException e) {
            System.err.println("tierbench: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void replay(Report report, Path input, Optional<Path> answers) throws IOException {
        var reader = new EventReader();
        var events = new ArrayList<Event>();
        for (var line : Files.readAllLines(input)) {
            events.add(reader.read(line));
        }
        if (!(events.stream().findFirst().orElse(null) instanceof Event.State)) {
            throw new InputException(1, "an input begins with a STATE");
        }
        var policies = new ArrayList<Policy>(Policies.others());
        policies.add(new Plinth());
        for (var policy : policies) {
            Replay.of(policy, events.subList(0, Math.min(WARM_UP, events.size())));
            describe(report, Replay.of(policy, events));
        }
        if (answers.isPresent()) {
            Answers.read(answers.get())
                    .byPolicy()
                    .forEach((policy, given) -> describe(report, Replay.of(policy, given, events)));
        }
    }

    private static void describe(Report report, Replay.Outcome outcome) {
        report.higher(
                outcome.policy() + ": placed", outcome.placed() / (double) Math.max(1, outcome.submitted()), "share");
        report.lower(outcome.policy() + ": wrong answers", outcome.wrong(), "count");
        report.lower(outcome.policy() + ": slowdown, mean", Statistics.mean(outcome.slowdowns()), "ratio");
        report.lower(outcome.policy() + ": slowdown, p95", Statistics.quantile(outcome.slowdowns(), 0.95), "ratio");
        report.lower(outcome.policy() + ": busiest uplink, mean", 1e3 * Statistics.mean(outcome.uplinkSeconds()), "ms");
        report.lower(outcome.policy() + ": crossing, mean", Statistics.mean(outcome.crossingBytes()) / 1e9, "GB");
        report.lower(
                outcome.policy() + ": decision, p50", Statistics.quantile(outcome.microseconds(), 0.5) / 1e3, "ms");
        report.lower(
                outcome.policy() + ": decision, p99", Statistics.quantile(outcome.microseconds(), 0.99) / 1e3, "ms");
    }
}
