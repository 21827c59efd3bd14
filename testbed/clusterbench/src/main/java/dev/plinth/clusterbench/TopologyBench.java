package dev.plinth.clusterbench;

import dev.plinth.testbed.Progress;
import dev.plinth.tierbench.input.Fleet;
import dev.plinth.tierbench.input.Fleet.Host;
import dev.plinth.tierbench.input.Job;
import dev.plinth.tierbench.input.Level;
import dev.plinth.tierbench.input.Shapes;
import dev.plinth.tierbench.run.Report;
import dev.plinth.tierbench.score.UplinkScorer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The same gangs through Plinth and through kube-scheduler's own topology-aware scheduling, on the same cluster and scheduler. Each
 * gang comes when the one before is bound, so that both meet them in one order; then every other one leaves and its like comes into
 * the gaps.
 */
final class TopologyBench {
    private static final int NODES = 1024;
    private static final List<Integer> SIZES = List.of(
            256, 128, 64, 64, 32, 32, 32, 32, 16, 16, 16, 16, 8, 8, 8, 8, 8, 8, 4, 4, 4, 4, 4, 4, 4, 4, 2, 2, 2, 2, 2,
            2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1);
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path repository;
    private final Report report;
    private final Progress progress;
    private final Fleet fleet = fleet();
    private final UplinkScorer scorer = new UplinkScorer(fleet);

    TopologyBench(Path repository, Report report, Progress progress) {
        this.repository = repository;
        this.report = report;
        this.progress = progress;
    }

    /** @param nodes of its members in rank order; none if it was not placed in time */
    private record Answer(Arrival gang, List<String> nodes, double seconds) {}

    /** @param processors seconds of processors that scheduler and operator took */
    private record Contest(TreeMap<String, Answer> answers, double processors) {}

    void measure() throws IOException, InterruptedException {
        progress.done("%n%,d nodes, with Kubernetes' own topology-aware scheduling".formatted(NODES));
        try (var stage = Stage.open(NODES, true, progress)) {
            var plinth = new ThroughPlinth(
                    stage.client(), stage.crew(), gang -> BenchGang.within(gang, level(gang), job(gang)));
            Contest ours;
            try (var operator = Operator.start(repository, stage.kubeconfig())) {
                operator.awaitReady();
                warmUp(stage, plinth);
                ours = contest("through Plinth", stage, plinth);
            }
            var sample = stage.times().sample("one-n0");
            stage.times().forget();
            var peer = new NativePodGroups(stage.client(), stage.crew(), sample, TopologyBench::label);
            warmUp(stage, peer);
            compare(ours, contest("through kube-scheduler", stage, peer));
        }
    }

    private static void warmUp(Stage stage, Side side) throws InterruptedException {
        var small = SIZES.stream().filter(members -> members <= 16).toList();
        stage.play("to warm up", side, Arrival.shuffled("warm", small, 1), Duration.ZERO, NODES, () -> {});
    }

    private Contest contest(String whose, Stage stage, Side side) throws InterruptedException {
        var answers = new TreeMap<String, Answer>();
        var before = Programs.times();
        var first = Arrival.shuffled("one", SIZES, 1);
        for (var gang : first) {
            answers.put(gang.gang(), bring(whose, stage, side, gang));
        }
        var leaving = first.stream()
                .filter(gang -> Integer.parseInt(gang.gang().substring("one-n".length())) % 2 == 1)
                .toList();
        stage.clear(side, leaving);
        var second = leaving.stream()
                .map(gang -> new Arrival(gang.gang().replace("one", "two"), gang.members()))
                .toList();
        for (var gang : second) {
            answers.put(gang.gang(), bring(whose, stage, side, gang));
        }
        var rest = new ArrayList<>(first);
        rest.removeAll(leaving);
        rest.addAll(second);
        var busy = Programs.busy(before, Programs.times(), 1);
        stage.clear(side, rest);
        return new Contest(
                answers, busy.getOrDefault("kube-scheduler", 0.0) + busy.getOrDefault(Programs.OPERATOR, 0.0));
    }

    private Answer bring(String whose, Stage stage, Side side, Arrival gang) throws InterruptedException {
        progress.now("%s: %s, %d members".formatted(whose, gang.gang(), gang.members()));
        var begun = System.nanoTime();
        side.bring(gang);
        while (stage.times().nodes(gang.gang()).size() < gang.members()) {
            stage.crew().requireWell();
            if (System.nanoTime() - begun > PATIENCE.toNanos()) {
                progress.done("%s: no place for %s, %d members, within %d s"
                        .formatted(whose, gang.gang(), gang.members(), PATIENCE.toSeconds()));
                stage.clear(side, List.of(gang));
                return new Answer(gang, List.of(), PATIENCE.toSeconds());
            }
            Thread.sleep(5);
        }
        return new Answer(
                gang, List.copyOf(stage.times().nodes(gang.gang()).values()), (System.nanoTime() - begun) / 1e9);
    }

    private void compare(Contest plinth, Contest scheduler) {
        var ours = plinth.answers();
        var peers = scheduler.answers();
        var both = ours.keySet().stream()
                .filter(gang -> !answer(ours, gang).nodes().isEmpty()
                        && !answer(peers, gang).nodes().isEmpty())
                .map(gang -> List.of(answer(ours, gang), answer(peers, gang)))
                .toList();
        var mine = both.stream().map(List::getFirst).toList();
        var theirs = both.stream().map(List::getLast).toList();
        line("gangs of %d without a place".formatted(ours.size()), "gangs", unplaced(ours), unplaced(peers));
        line(
                "%d gangs placed by both: time to all bound, sum".formatted(both.size()),
                "s",
                seconds(mine),
                seconds(theirs));
        line(
                "slowest gang to all bound",
                "s",
                mine.stream().mapToDouble(Answer::seconds).max().orElse(0),
                theirs.stream().mapToDouble(Answer::seconds).max().orElse(0));
        line("gangs not within the domain they asked for", "gangs", astray(mine), astray(theirs));
        line("processor time of scheduler and operator", "s", plinth.processors(), scheduler.processors());
        line("racks used, sum over gangs", "racks", domains(mine, 1), domains(theirs, 1));
        line("blocks used, sum over gangs", "blocks", domains(mine, 0), domains(theirs, 0));
        line("bytes over uplinks above the nodes, a step", "GB", crossing(mine), crossing(theirs));
    }

    private void line(String measure, String unit, double ours, double peer) {
        report.lower(
                "%,d nodes, beside kube-scheduler's TAS: %s".formatted(NODES, measure),
                ours,
                unit,
                peer,
                "kube-scheduler %.4g".formatted(peer));
    }

    private static Answer answer(Map<String, Answer> answers, String gang) {
        return Optional.ofNullable(answers.get(gang)).orElseThrow();
    }

    private static long unplaced(Map<String, Answer> answers) {
        return answers.values().stream()
                .filter(answer -> answer.nodes().isEmpty())
                .count();
    }

    private static double seconds(List<Answer> answers) {
        return answers.stream().mapToDouble(Answer::seconds).sum();
    }

    private double crossing(List<Answer> answers) {
        return answers.stream()
                .mapToDouble(answer ->
                        scorer.times(job(answer.gang()), hosts(answer)).crossingBytes() / 1e9)
                .sum();
    }

    private double domains(List<Answer> answers, int level) {
        return answers.stream()
                .mapToInt(answer -> {
                    var used = new HashSet<Integer>();
                    IntStream.of(hosts(answer)).forEach(host -> used.add(fleet.domainOf()[level][host]));
                    return used.size();
                })
                .sum();
    }

    private long astray(List<Answer> answers) {
        return answers.stream()
                .filter(answer -> domains(List.of(answer), level(answer.gang()).equals("rack") ? 1 : 0) > 1)
                .count();
    }

    private int[] hosts(Answer answer) {
        return answer.nodes().stream().mapToInt(fleet.hosts()::indexOf).toArray();
    }

    /** The narrowest level of which one domain can hold the gang: what a user would ask for. */
    private static String level(Arrival gang) {
        return gang.members() <= Stage.LEVELS.getLast().nodes() ? "rack" : "block";
    }

    private static String label(Arrival gang) {
        return Stage.LEVELS.get(level(gang).equals("rack") ? 1 : 0).label();
    }

    private static Job job(Arrival gang) {
        return Shapes.of(gang.gang(), gang.members() * Stage.GPUS, Stage.GPUS);
    }

    /** The nodes of the stage as the scorer knows them. */
    private static Fleet fleet() {
        var levels = List.of(new Level("block", 50e9, 7), new Level("rack", 50e9, 1), new Level("host", 50e9, 1));
        return Fleet.of(
                levels,
                IntStream.range(0, NODES)
                        .mapToObj(i -> new Host(
                                Stage.node(i),
                                List.of("block-%03d".formatted(i / 256), "rack-%03d".formatted(i / 16)),
                                Stage.GPUS))
                        .toList());
    }
}
