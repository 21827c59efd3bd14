package dev.plinth.tierbench.input;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** What other schedulers decided, by policy. A question without an answer is a job that waits. */
public record Answers(SortedMap<String, Map<Question, Answer>> byPolicy) {
    /** A job of the input; jobs of two states may have one name. */
    public record Question(String state, String job) {}

    /**
     * A decision.
     *
     * @param nodes in rank order; none if the job was not placed
     * @param microseconds that it took, if that was measured
     */
    public record Answer(List<String> nodes, OptionalDouble microseconds) {
        public Answer {
            nodes = List.copyOf(nodes);
        }
    }

    private static final double MOST_MICROSECONDS = 1e12;

    /**
     * Reads the JSON lines that docs/reference/placement-input.md describes.
     *
     * @param events the input that is answered
     * @param taken names of the policies that are replayed anyway
     * @throws InputException if a line is no answer to a job of the input, or answers it again
     */
    public static Answers read(Path file, List<Event> events, Set<String> taken) {
        var states = states(events);
        var answers = new TreeMap<String, Map<Question, Answer>>();
        for (var line : Line.of(file)) {
            var fields = Fields.of(line).only("policy", "state", "job", "nodes", "microseconds");
            var policy = fields.text("policy");
            if (taken.contains(policy)) {
                throw fields.wrong("policy " + policy + " is one that the benchmark brings; give yours another name");
            }
            var question = question(fields, states);
            var answer = new Answer(
                    fields.texts("nodes"),
                    fields.has("microseconds")
                            ? OptionalDouble.of(fields.number("microseconds", 0, MOST_MICROSECONDS))
                            : OptionalDouble.empty());
            if (answers.computeIfAbsent(policy, name -> new HashMap<>()).put(question, answer) != null) {
                throw fields.wrong("policy " + policy + " answers job " + question.job() + " of state "
                        + question.state() + " twice");
            }
        }
        return new Answers(answers);
    }

    /** The states by the jobs that are submitted in them. */
    private static Map<String, Set<String>> states(List<Event> events) {
        var states = new HashMap<String, Set<String>>();
        var state = "";
        for (var event : events) {
            if (event instanceof Event.State(var name, var _)) {
                state = name;
            } else if (event instanceof Event.Submit(var job)) {
                states.computeIfAbsent(job.id(), id -> new HashSet<>()).add(state);
            }
        }
        return states;
    }

    private static Question question(Fields fields, Map<String, Set<String>> states) {
        var job = fields.text("job");
        var possible = states.getOrDefault(job, Set.of());
        if (possible.isEmpty()) {
            throw fields.wrong("the input submits no job " + job);
        }
        var state = fields.optionalText("state");
        if (state.isEmpty() && possible.size() > 1) {
            throw fields.wrong("the input submits a job " + job + " in " + possible.size()
                    + " states; say by the field state which one is answered");
        }
        if (state.isPresent() && !possible.contains(state.get())) {
            throw fields.wrong("the input submits no job " + job + " in a state " + state.get());
        }
        return new Question(state.orElseGet(() -> possible.iterator().next()), job);
    }
}
