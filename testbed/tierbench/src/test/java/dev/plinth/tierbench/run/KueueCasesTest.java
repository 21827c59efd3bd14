package dev.plinth.tierbench.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.tierbench.input.Answers;
import dev.plinth.tierbench.input.Answers.Answer;
import dev.plinth.tierbench.input.Answers.Question;
import dev.plinth.tierbench.input.Event;
import dev.plinth.tierbench.input.EventReader;
import dev.plinth.tierbench.input.Fleet;
import dev.plinth.tierbench.input.Job;
import dev.plinth.tierbench.input.Line;
import dev.plinth.tierbench.input.Occupancy;
import dev.plinth.tierbench.policy.Kueue;
import dev.plinth.tierbench.policy.Plinth;
import dev.plinth.tierbench.policy.Policy;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The cases that Kueue tests its own placement with, put before our copy of its rule and before the library of this project. */
class KueueCasesTest {
    /** Slices of a level outside the required one: Kueue calls that a mistake, we see that nothing is asked for. */
    private static final Set<String> NO_MISTAKE = Set.of("k081");

    /** @param expected hosts by job, none if it waits */
    record Case(String state, List<Event> events, String policy, Map<Question, Answer> expected) {
        Policy kueue() {
            return policy.equals("Kueue itself, Balanced") ? Kueue.balanced() : Kueue.bestFit();
        }

        @Override
        public String toString() {
            return state;
        }
    }

    private interface Check {
        void accept(Occupancy occupancy, Job job, Optional<int[]> expected);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void our_copy_of_kueues_rule_answers_as_kueue_does(Case each) {
        forEachJob(each, (occupancy, job, expected) -> {
            var placed = each.kueue().place(occupancy, job);

            assertThat(placed.map(hosts -> counts(occupancy.fleet(), job, hosts)))
                    .isEqualTo(expected.map(hosts -> counts(occupancy.fleet(), job, hosts)));
        });
        assertThat(Replay.of(each.policy(), each.expected(), each.events()).wrong())
                .isZero();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void plinth_places_whatever_kueue_places_on_no_more_domains_and_nothing_else(Case each) {
        forEachJob(each, (occupancy, job, expected) -> {
            var plinth = new Plinth();
            plinth.open(occupancy);
            var placed = plinth.place(occupancy, job);

            assertThat(placed.isPresent()).isEqualTo(expected.isPresent() || NO_MISTAKE.contains(job.id()));
            if (placed.isPresent() && expected.isPresent()) {
                assertThat(Arrays.compare(
                                domains(occupancy.fleet(), placed.get()), domains(occupancy.fleet(), expected.get())))
                        .isNotPositive();
            }
        });
        assertThat(Replay.of(new Plinth(), each.events()).wrong()).isZero();
    }

    /** On the cluster as Kueue would have left it after the jobs before. */
    private static void forEachJob(Case each, Check check) {
        Optional<Occupancy> occupancy = Optional.empty();
        for (var event : each.events()) {
            switch (event) {
                case Event.State(var _, var start) -> occupancy = Optional.of(start.copy());
                case Event.Fail(var host) -> occupancy.orElseThrow().setDown(host, true);
                case Event.Submit(var job) -> {
                    var now = occupancy.orElseThrow();
                    var names = Objects.requireNonNull(
                                    each.expected().get(new Question(each.state(), job.id())), job.id())
                            .nodes();
                    var hosts = names.stream()
                            .mapToInt(now.fleet().hosts()::indexOf)
                            .toArray();
                    check.accept(now, job, names.isEmpty() ? Optional.empty() : Optional.of(hosts));
                    for (int pod = 0; pod < hosts.length; pod++) {
                        now.take(
                                hosts[pod],
                                pod < job.members()
                                        ? job.member()
                                        : job.leader().orElseThrow(),
                                1);
                    }
                }
                default -> throw new IllegalStateException("no case has " + event);
            }
        }
    }

    /** Members by host, and the leader's host. */
    private static SortedMap<String, Integer> counts(Fleet fleet, Job job, int[] hosts) {
        var counts = new TreeMap<String, Integer>();
        for (int pod = 0; pod < hosts.length; pod++) {
            var kind = pod < job.members() ? "members on " : "leader on ";
            counts.merge(kind + fleet.hosts().get(hosts[pod]), 1, Integer::sum);
        }
        return counts;
    }

    /** How many domains are used, by level from the outermost inwards. */
    private static long[] domains(Fleet fleet, int[] hosts) {
        return IntStream.rangeClosed(0, fleet.host())
                .mapToLong(level -> Arrays.stream(hosts)
                        .map(host -> fleet.domainOf()[level][host])
                        .distinct()
                        .count())
                .toArray();
    }

    static Stream<Case> cases() throws URISyntaxException {
        var reader = new EventReader();
        var events = Line.of(file("cases.jsonl")).stream().map(reader::read).toList();
        var answers = Answers.read(file("answers.jsonl"), events, Set.of());
        var cases = new TreeMap<String, List<Event>>();
        var state = "";
        for (var event : events) {
            if (event instanceof Event.State(var name, var _)) {
                state = name;
            }
            cases.computeIfAbsent(state, name -> new ArrayList<>()).add(event);
        }
        return cases.entrySet().stream().map(each -> withAnswers(each.getKey(), each.getValue(), answers));
    }

    private static Case withAnswers(String state, List<Event> events, Answers answers) {
        var policy = answers.byPolicy().entrySet().stream()
                .filter(entry -> entry.getValue().keySet().stream()
                        .anyMatch(question -> question.state().equals(state)))
                .findFirst()
                .orElseThrow();
        return new Case(state, events, policy.getKey(), policy.getValue());
    }

    private static Path file(String name) throws URISyntaxException {
        return Path.of(
                Objects.requireNonNull(KueueCasesTest.class.getResource("/dev/plinth/tierbench/kueue/" + name), name)
                        .toURI());
    }
}
