package dev.plinth.tierbench.run;

import dev.plinth.tierbench.input.Answers.Answer;
import dev.plinth.tierbench.input.Answers.Question;
import dev.plinth.tierbench.input.Event;
import dev.plinth.tierbench.input.Fleet;
import dev.plinth.tierbench.input.Job;
import dev.plinth.tierbench.input.Occupancy;
import dev.plinth.tierbench.policy.Plinth;
import dev.plinth.tierbench.policy.Policy;
import dev.plinth.tierbench.score.UplinkScorer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Puts the events of an input before one policy, open loop: a job is placed at once or not at all, and ends when the input says so.
 * Answers from elsewhere are checked against the same books: an answer that takes more than there is counts as wrong.
 */
final class Replay {
    /** What became of a policy. */
    record Outcome(
            String policy,
            int submitted,
            int placed,
            int wrong,
            List<Double> slowdowns,
            List<Double> uplinkSeconds,
            List<Double> crossingBytes,
            List<Double> microseconds) {}

    private interface Decider {
        Optional<int[]> decide(Occupancy occupancy, Job job);
    }

    private final Outcome outcome;
    private Optional<Occupancy> occupancy = Optional.empty();
    private String state = "";
    private final SortedMap<String, int[]> running = new TreeMap<>();
    private final SortedMap<String, Job> jobs = new TreeMap<>();

    private Replay(String policy, int submitted) {
        this.outcome = new Outcome(
                policy, submitted, 0, 0, new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    }

    static Outcome of(Policy policy, List<Event> events) {
        var replay = new Replay(policy.policyName(), submitted(events));
        return replay.run(events, (occupancy, job) -> {
            if (policy instanceof Plinth plinth) {
                plinth.open(occupancy);
            }
            long start = System.nanoTime();
            var hosts = policy.place(occupancy, job);
            replay.outcome.microseconds().add((System.nanoTime() - start) / 1e3);
            return hosts;
        });
    }

    static Outcome of(String policy, Map<Question, Answer> answers, List<Event> events) {
        var replay = new Replay(policy, submitted(events));
        return replay.run(events, (occupancy, job) -> {
            var answer = Optional.ofNullable(answers.get(new Question(replay.state, job.id())));
            answer.ifPresent(given -> given.microseconds().ifPresent(replay.outcome.microseconds()::add));
            return answer.filter(given -> !given.nodes().isEmpty())
                    .map(given -> given.nodes().stream()
                            .mapToInt(occupancy.fleet().hosts()::indexOf)
                            .toArray());
        });
    }

    private static int submitted(List<Event> events) {
        return (int) events.stream().filter(Event.Submit.class::isInstance).count();
    }

    private Outcome run(List<Event> events, Decider decider) {
        int placed = 0;
        int wrong = 0;
        for (var event : events) {
            switch (event) {
                case Event.State(var name, var start) -> {
                    state = name;
                    occupancy = Optional.of(start.copy());
                    running.clear();
                }
                case Event.Submit(var job) -> {
                    var now = occupancy.orElseThrow(() -> new IllegalArgumentException("a STATE comes first"));
                    var hosts = decider.decide(now, job);
                    if (hosts.isPresent() && !isRight(now, job, hosts.get())) {
                        wrong++;
                    } else if (hosts.isPresent()) {
                        placed++;
                        start(now, job, hosts.get());
                    }
                }
                case Event.Finish(var job) -> end(job);
                case Event.Fail(var host) -> {
                    occupancy.ifPresent(now -> now.setDown(host, true));
                    List.copyOf(running.keySet()).stream()
                            .filter(job -> Arrays.stream(running.getOrDefault(job, new int[0]))
                                    .anyMatch(at -> at == host))
                            .forEach(this::end);
                }
                case Event.Repair(var host) -> occupancy.ifPresent(now -> now.setDown(host, false));
            }
        }
        return new Outcome(
                outcome.policy(),
                outcome.submitted(),
                placed,
                wrong,
                outcome.slowdowns(),
                outcome.uplinkSeconds(),
                outcome.crossingBytes(),
                outcome.microseconds());
    }

    private static boolean isRight(Occupancy occupancy, Job job, int[] hosts) {
        var fleet = occupancy.fleet();
        return hosts.length == job.pods()
                && Arrays.stream(hosts)
                        .allMatch(host -> host >= 0
                                && !occupancy.isDown(host)
                                && !job.extras().avoid().contains(fleet.hosts().get(host)))
                && hasRoom(occupancy, job, hosts)
                && job.required()
                        .map(fleet::level)
                        .map(level -> isTogether(fleet, level, Arrays.stream(hosts)))
                        .orElse(true)
                && keepsSlices(fleet, job, hosts);
    }

    private static boolean hasRoom(Occupancy occupancy, Job job, int[] hosts) {
        var left = occupancy.copy();
        for (int pod = 0; pod < hosts.length; pod++) {
            var needs = pod < job.members() ? job.member() : job.leader().orElseThrow();
            if (left.room(hosts[pod], needs, 1) < 1) {
                return false;
            }
            left.take(hosts[pod], needs, 1);
        }
        return true;
    }

    private static boolean keepsSlices(Fleet fleet, Job job, int[] hosts) {
        return job.extras().slices().stream()
                .allMatch(slice -> IntStream.iterate(0, first -> first < job.members(), first -> first + slice.size())
                        .allMatch(first -> isTogether(
                                fleet, fleet.level(slice.level()), Arrays.stream(hosts, first, first + slice.size()))));
    }

    private static boolean isTogether(Fleet fleet, int level, IntStream hosts) {
        var domains = hosts.map(host -> fleet.labelled()[level][host] ? fleet.domainOf()[level][host] : -1)
                .distinct()
                .toArray();
        return domains.length == 1 && domains[0] >= 0;
    }

    private void start(Occupancy now, Job job, int[] hosts) {
        var times = new UplinkScorer(now.fleet()).times(job, Arrays.copyOf(hosts, job.members()));
        outcome.slowdowns().add(times.slowdown(job.computeSeconds()));
        outcome.uplinkSeconds().add(times.busiestUplink());
        outcome.crossingBytes().add(times.crossingBytes());
        change(now, job, hosts, 1);
        running.put(job.id(), hosts);
        jobs.put(job.id(), job);
    }

    private void end(String id) {
        var hosts = running.remove(id);
        var job = jobs.get(id);
        if (hosts != null && job != null) {
            occupancy.ifPresent(now -> change(now, job, hosts, -1));
        }
    }

    private static void change(Occupancy now, Job job, int[] hosts, int pods) {
        for (int pod = 0; pod < hosts.length; pod++) {
            now.take(
                    hosts[pod],
                    pod < job.members() ? job.member() : job.leader().orElseThrow(),
                    pods);
        }
    }
}
