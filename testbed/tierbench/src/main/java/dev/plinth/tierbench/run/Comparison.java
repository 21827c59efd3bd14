package dev.plinth.tierbench.run;

import dev.plinth.tierbench.input.Answers;
import dev.plinth.tierbench.input.Event;
import dev.plinth.tierbench.input.EventReader;
import dev.plinth.tierbench.input.Fleet;
import dev.plinth.tierbench.input.InputException;
import dev.plinth.tierbench.input.Line;
import dev.plinth.tierbench.policy.Plinth;
import dev.plinth.tierbench.policy.Policies;
import dev.plinth.tierbench.policy.Policy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Every policy on one input, and answers from elsewhere beside them. */
record Comparison(Report report) {
    /** Events that each policy sees once before: schedulers run for long, and the first decisions of a process load its code. */
    private static final int WARM_UP = 1_000;

    void run(Path input, Optional<Path> answers) {
        var events = events(input);
        var policies = new ArrayList<Policy>(Policies.others());
        policies.add(new Plinth());
        var names = policies.stream().map(Policy::policyName).collect(Collectors.toSet());
        var given = answers.map(file -> Answers.read(file, events, names));
        for (var policy : policies) {
            Replay.of(policy, events.subList(0, Math.min(WARM_UP, events.size())));
            describe(Replay.of(policy, events));
        }
        given.ifPresent(
                read -> read.byPolicy().forEach((policy, decided) -> describe(Replay.of(policy, decided, events))));
    }

    private static List<Event> events(Path input) {
        var reader = new EventReader();
        var events = new ArrayList<Event>();
        var fleet = Optional.<Fleet>empty();
        for (var line : Line.of(input)) {
            var event = reader.read(line);
            events.add(event);
            if (event instanceof Event.State(var _, var start)) {
                fleet = Optional.of(start.fleet());
            } else if (event instanceof Event.Submit(var job)) {
                fleet.flatMap(cluster -> Plinth.complaint(cluster, job)).ifPresent(reason -> {
                    throw line.wrong("job " + job.id() + ": " + reason);
                });
            }
        }
        if (events.isEmpty()) {
            throw new InputException(input.toString(), "has no events; begin with a STATE");
        }
        return events;
    }

    private void describe(Replay.Outcome outcome) {
        var policy = outcome.policy();
        report.higher(policy + ": placed", outcome.placed() / (double) Math.max(1, outcome.submitted()), "share");
        report.lower(policy + ": wrong answers", outcome.wrong(), "count");
        report.lower(policy + ": slowdown, mean", mean(outcome.slowdowns()), "ratio");
        report.lower(policy + ": slowdown, p95", quantile(outcome.slowdowns(), 0.95), "ratio");
        report.lower(policy + ": busiest uplink, mean", 1e3 * mean(outcome.uplinkSeconds()), "ms");
        report.lower(policy + ": crossing, mean", mean(outcome.crossingBytes()) / 1e9, "GB");
        report.lower(policy + ": decision, p50", quantile(outcome.microseconds(), 0.5) / 1e3, "ms");
        report.lower(policy + ": decision, p99", quantile(outcome.microseconds(), 0.99) / 1e3, "ms");
    }

    /** Not a number if there is nothing to take it of. */
    private static double mean(List<Double> values) {
        return values.isEmpty() ? Double.NaN : Statistics.mean(values);
    }

    private static double quantile(List<Double> values, double share) {
        return values.isEmpty() ? Double.NaN : Statistics.quantile(values, share);
    }
}
