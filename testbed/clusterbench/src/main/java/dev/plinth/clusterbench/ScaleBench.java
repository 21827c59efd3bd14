package dev.plinth.clusterbench;

import dev.plinth.testbed.Progress;
import dev.plinth.tierbench.run.Report;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** How fast pods come about through the operator, beside the same pods created bare, and what the operator costs. */
final class ScaleBench {
    /** Fewer could not hold the gangs that stay. */
    static final int FEWEST_NODES = 500;

    private static final int GPUS_PER_MEMBER = 2;
    private static final int PER_NODE = Stage.GPUS / GPUS_PER_MEMBER;
    private static final int THOUSAND = 1000;
    private static final Duration STAY = Duration.ofSeconds(3);
    private static final Duration FOR_EVER = Duration.ofDays(1);
    private static final Duration QUIET = Duration.ofSeconds(20);
    /** What Kubernetes does about pods that have just started is no idleness. */
    private static final Duration SETTLING = Duration.ofSeconds(15);

    private static final double MIB = 1 << 20;

    private final Path repository;
    private final int decks;
    private final Report report;
    private final Progress progress;

    ScaleBench(Path repository, int decks, Report report, Progress progress) {
        this.repository = repository;
        this.decks = decks;
        this.report = report;
        this.progress = progress;
    }

    /**
     * @param rate whether to measure how fast gangs come and go, beside bare pods
     * @param rest whether to measure the operator at rest and at its start
     */
    void measure(int nodes, boolean rate, boolean rest) throws IOException, InterruptedException {
        progress.done("%n%,d nodes".formatted(nodes));
        try (var stage = Stage.open(nodes, false, progress)) {
            var plinth = new ThroughPlinth(
                    stage.client(), stage.crew(), arrival -> BenchGang.anywhere(arrival, GPUS_PER_MEMBER));
            var operator = Operator.start(repository, stage.kubeconfig());
            try {
                operator.awaitReady();
                var first = List.of(new Arrival("first-n0", 1));
                stage.play("first gang", plinth, first, Duration.ZERO, room(stage), operator::requireAlive);
                if (rest) {
                    operator = atRest(stage, plinth, operator);
                }
                if (rate) {
                    thousand("a program just started", stage, plinth, 1);
                    var ours = tide(stage, plinth, operator);
                    thousand("slower of two", stage, plinth, 2);
                    operator.close();
                    var sample = stage.times().sample("tide-n0");
                    compare(nodes, ours, bare(stage, "bare", sample, false), bare(stage, "meet", sample, true));
                }
            } finally {
                operator.close();
            }
        }
    }

    /** Measures the operator while gangs stay that nothing happens to, and answers the one that runs at the end. */
    private Operator atRest(Stage stage, Side plinth, Operator operator) throws IOException, InterruptedException {
        var gangs = new ArrayList<>(Arrival.shuffled("steady", Arrival.DECK, 1));
        stage.play("gangs that stay", plinth, gangs, FOR_EVER, room(stage), operator::requireAlive);
        idle(stage, operator, gangs);
        var second = restart(stage, operator);
        var cold = new Arrival("cold-n0", 8);
        var third = coldStart(stage, plinth, second, cold);
        gangs.add(cold);
        stage.clear(plinth, gangs);
        return third;
    }

    /** Members that a cluster holds of which a fifth is free. */
    private static int room(Stage stage) {
        return stage.nodes() * PER_NODE * 8 / 10;
    }

    private void thousand(String note, Stage stage, Side plinth, int times) throws InterruptedException {
        var seconds = new ArrayList<Double>();
        for (int i = 0; i < times; i++) {
            var gang = List.of(new Arrival("thousand-%d-n%d".formatted(times, i), THOUSAND));
            seconds.add(stage.play("a gang of 1,000", plinth, gang, Duration.ZERO, room(stage), () -> {})
                    .rates()
                    .created());
        }
        double worst = Collections.max(seconds);
        report.lower(
                at(stage.nodes(), "1,000-pod gang, from Gang to all pods created, " + note),
                worst,
                "s",
                10,
                "%.0f pods/s, at least 100 wanted".formatted(THOUSAND / worst));
    }

    private Stage.Played tide(Stage stage, Side plinth, Operator operator) throws InterruptedException {
        var heap = new AtomicLong();
        var requests = new Requests(stage.client());
        var before = requests.gangStatusWrites();
        var arrivals = Arrival.shuffled("tide", Arrival.DECK, decks);
        var played = stage.play(
                "gangs",
                plinth,
                arrivals,
                STAY,
                room(stage),
                () -> heap.accumulateAndGet(operator.heapBytes(), Math::max));
        report.lower(at(stage.nodes(), "operator's heap at its fullest, of 256 MiB"), heap.get() / MIB, "MiB");
        // Each gang went from nothing to placed, and from there to running.
        report.lower(
                at(stage.nodes(), "status writes for each phase change of a gang"),
                (requests.gangStatusWrites() - before) / (2.0 * arrivals.size()),
                "writes",
                3,
                "");
        return played;
    }

    private void idle(Stage stage, Operator operator, List<Arrival> gangs) throws InterruptedException {
        int nodes = stage.nodes();
        int pods = Arrival.members(gangs);
        Stage.await("all pods run", Duration.ofMinutes(2), () -> stage.times().running(gangs) == pods);
        Thread.sleep(SETTLING);
        progress.now("Idle for %d s".formatted(QUIET.toSeconds()));
        var before = Programs.times();
        Thread.sleep(QUIET);
        var busy = Programs.busy(before, Programs.times(), QUIET.toSeconds());
        report.lower(
                at(nodes, "operator idle, with %,d pods running".formatted(pods)),
                100 * busy.getOrDefault(Programs.OPERATOR, 0.0),
                "% core",
                Optional.empty(),
                Optional.of("all: " + told(busy)));
        report.lower(
                at(nodes, "operator's live heap, with %,d pods running".formatted(pods)),
                operator.liveBytes() / MIB,
                "MiB");
    }

    private Operator restart(Stage stage, Operator before) throws IOException, InterruptedException {
        progress.now("Starting the operator again");
        var requests = new Requests(stage.client());
        var writes = requests.podWrites();
        before.close();
        var operator = Operator.start(repository, stage.kubeconfig());
        operator.awaitReady();
        Thread.sleep(Duration.ofSeconds(10));
        report.lower(
                at(stage.nodes(), "pod writes when the operator starts again"),
                requests.podWrites() - writes,
                "writes",
                0,
                "");
        return operator;
    }

    private Operator coldStart(Stage stage, Side plinth, Operator before, Arrival gang)
            throws IOException, InterruptedException {
        before.close();
        plinth.bring(gang);
        Thread.sleep(1000);
        var begun = System.nanoTime();
        var operator = Operator.start(repository, stage.kubeconfig());
        Stage.await(
                "the first pod after a cold start",
                Duration.ofMinutes(5),
                () -> stage.times().created(gang.gang()) > 0);
        var seconds = (System.nanoTime() - begun) / 1e9;
        progress.done("cold start: first pod after %.1f s".formatted(seconds));
        report.lower(
                at(stage.nodes(), "operator's start from cold to the first pod of a waiting gang"),
                seconds,
                "s",
                30,
                "");
        Stage.await(
                "all pods after a cold start",
                Duration.ofMinutes(5),
                () -> stage.times().created(gang.gang()) == gang.members());
        return operator;
    }

    /** The gangs of the tide once more, without the operator. */
    private Stage.Played bare(Stage stage, String prefix, Pod sample, boolean withService) throws InterruptedException {
        var side = new BarePods(stage.client(), stage.crew(), sample, new Slots(stage.nodes(), PER_NODE), withService);
        var warmUp = List.of(new Arrival(prefix + "-warm", 256));
        stage.play("bare pods, to warm up", side, warmUp, Duration.ZERO, room(stage), () -> {});
        var what = withService ? "bare pods with a Service for each gang" : "bare pods";
        return stage.play(what, side, Arrival.shuffled(prefix, Arrival.DECK, decks), STAY, room(stage), () -> {});
    }

    private void compare(int nodes, Stage.Played ours, Stage.Played bare, Stage.Played meeting) {
        ratio(at(nodes, "pods created, of bare pods"), ours, bare, Rates::createdPerSecond, Optional.of(0.8));
        ratio(at(nodes, "pods bound, of bare pods"), ours, bare, Rates::boundPerSecond, Optional.of(0.8));
        ratio(
                at(nodes, "pods bound, of bare pods with a Service for each gang"),
                ours,
                meeting,
                Rates::boundPerSecond,
                Optional.empty());
        report.lower(
                at(nodes, "processor time of all programs for each pod"),
                ours.processorMillis(),
                "ms",
                bare.processorMillis() / 0.8,
                "bare %.1f, bare with Services %.1f".formatted(bare.processorMillis(), meeting.processorMillis()));
        report.lower(
                at(nodes, "most pods created and not yet bound"),
                ours.rates().backlog(),
                "pods",
                Optional.empty(),
                Optional.of(bare.rates().backlog() + " bare"));
        report.lower(
                at(nodes, "operator busy while gangs come and go"),
                100 * ours.busy().getOrDefault(Programs.OPERATOR, 0.0),
                "% core",
                Optional.empty(),
                Optional.of("all: " + told(ours.busy()) + "; bare: " + told(bare.busy()) + "; bare with Services: "
                        + told(meeting.busy())));
    }

    private void ratio(
            String measure, Stage.Played ours, Stage.Played bare, ToDoubleFunction<Rates> rate, Optional<Double> goal) {
        double mine = rate.applyAsDouble(ours.rates());
        double theirs = rate.applyAsDouble(bare.rates());
        report.higher(
                measure, mine / theirs, "ratio", goal, Optional.of("%.0f/s against %.0f/s".formatted(mine, theirs)));
    }

    private static String at(int nodes, String measure) {
        return String.format(Locale.ROOT, "%,d nodes: %s", nodes, measure);
    }

    /** Those that matter, in hundredths of a processor. */
    private static String told(Map<String, Double> busy) {
        return busy.entrySet().stream()
                .filter(program -> program.getValue() >= 0.01)
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .map(program -> "%s %.0f".formatted(program.getKey(), 100 * program.getValue()))
                .collect(Collectors.joining(", "));
    }
}
