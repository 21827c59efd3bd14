package dev.plinth.controller;

import static dev.plinth.controller.Workloads.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.plinth.api.v1alpha1.Plan;
import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.api.v1alpha1.TrainingJobStatus;
import dev.plinth.controller.kubernetes.Labels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The packaged application against a real API server: what it shows of itself, and how it bears being stopped. */
@SuppressWarnings("NullAway") // Set before any test.
class ApplicationIT {
    @RegisterExtension
    private static final SimulatedCluster CLUSTER = new SimulatedCluster();

    private static final Path HOW_TO = Path.of("../../docs/how-to/watch-the-operator.md");
    private static final Pattern METRIC = Pattern.compile("plinth_[a-z_]+");
    private static final String JOB = """
            apiVersion: plinth.dev/v1alpha1
            kind: TrainingJob
            metadata: {name: watched}
            spec:
              framework:
                bundled:
                  model: {layers: 2, hiddenSize: 64, heads: 4, kvHeads: 2, intermediateSize: 128, sequenceLength: 32}
                  data: {path: /data/text.txt}
                  steps: 600
                  batchSize: 8
              workers:
                count: 2
                template: {resources: {limits: {nvidia.com/gpu: 8}}}
              recovery: {silenceSeconds: 5}
            """;

    private static OperatorProcess operator;

    private final Workloads user = new Workloads(CLUSTER.client(), CLUSTER.namespace());

    @BeforeAll
    static void start() throws IOException {
        operator = new OperatorProcess(CLUSTER.cluster().kubeconfig(), "default");
        operator.awaitReady();
    }

    @AfterAll
    static void stop() {
        operator.close();
    }

    @AfterEach
    void clear() {
        user.client().resources(TrainingJob.class).inNamespace(user.namespace()).delete();
        eventually(() -> user.pods(Labels.JOB, "watched").isEmpty());
    }

    @Test
    void it_is_alive_and_ready() throws Exception {
        assertThat(operator.get("/q/health/live").body()).contains("\"status\": \"UP\"");
        assertThat(operator.get("/q/health/ready").statusCode()).isEqualTo(200);
    }

    @Test
    void the_scraper_gets_the_format_it_asks_for() throws Exception {
        assertThat(operator.get("/metrics").headers().firstValue("Content-Type").orElseThrow())
                .startsWith("text/plain; version=0.0.4");
        var open = operator.get("/metrics", "Accept", "application/openmetrics-text; version=1.0.0");
        assertThat(open.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/openmetrics-text");
        assertThat(open.body()).endsWith("# EOF\n");
    }

    @Test
    void what_happens_is_counted_and_the_numbers_of_a_job_go_with_it() throws Exception {
        user.apply(JOB);
        eventually(() -> user.jobSays("watched", "Running").startsWith("True"));
        try (var members = new ReportingMembers(user, "watched", operator.reports())) {
            eventually(() -> !operator.scrape("plinth_job_step{job=\"watched\"").isEmpty());
            user.client().resource(user.pods(Labels.JOB, "watched").getFirst()).delete();
            eventually(() -> operator.scrape("plinth_recoveries_total{reason=\"MemberGone\"} 1.0")
                            .size()
                    == 1);
            eventually(() -> !operator.scrape("plinth_time_to_repair_seconds_count{reason=\"MemberGone\"} ")
                    .isEmpty());
            assertThat(members.answers()).contains(200);
        }
        assertThat(operator.scrape("plinth_placement_decision_seconds_count{outcome=\"placed\"} "))
                .isNotEmpty();
        assertThat(operator.scrape("plinth_reports_total{status=\"200\"} ")).isNotEmpty();
        assertThat(named(operator.get("/metrics").body())).containsExactlyElementsOf(named(Files.readString(HOW_TO)));

        user.client().resources(TrainingJob.class).inNamespace(user.namespace()).delete();
        eventually(() -> operator.scrape("plinth_job_").stream().noneMatch(line -> line.contains(user.namespace())));
    }

    @Test
    void an_operator_that_was_stopped_for_a_while_takes_nobody_for_silent() throws Exception {
        user.apply(JOB);
        eventually(() -> user.jobSays("watched", "Running").startsWith("True"));
        var before = user.pods(Labels.JOB, "watched");
        try (var members = new ReportingMembers(user, "watched", operator.reports())) {
            eventually(() -> members.answers().contains(200));

            operator.signal("STOP");
            Thread.sleep(Duration.ofSeconds(20));
            operator.signal("CONT");
            members.forgetAnswers();
            operator.awaitReady();
            eventually(() -> members.answers().contains(200));
            Thread.sleep(Duration.ofSeconds(15));
        }

        assertThat(user.pods(Labels.JOB, "watched"))
                .extracting(pod -> pod.getMetadata().getUid())
                .isEqualTo(
                        before.stream().map(pod -> pod.getMetadata().getUid()).toList());
    }

    @Test
    void the_step_that_members_report_stands_beside_the_predicted_one_and_corrects_the_next_plan() throws Exception {
        var sample =
                Files.readString(Path.of("../../samples/planned-job.yaml")).replace("name: llama-8b", "name: watched");
        var tokensPerSecond = 131_072.0;
        user.apply(sample);
        eventually(() -> user.jobSays("watched", "Running").startsWith("True"));
        var before = plan();

        try (var _ = new ReportingMembers(user, "watched", operator.reports(), tokensPerSecond)) {
            eventually(() -> stepTime().isPresent());
            var shown = stepTime().orElseThrow();
            var measured = 512 * 8192 / tokensPerSecond;
            var predicted = Double.parseDouble(before.step().seconds());
            assertThat(shown.predictedSeconds()).isEqualTo(before.step().seconds());
            assertThat(Double.parseDouble(shown.measuredSeconds())).isCloseTo(measured, withinPercentage(0.1));
            assertThat(Double.parseDouble(shown.correction())).isCloseTo(measured / predicted, withinPercentage(0.1));
            assertThat(before.step().correction()).isNull();

            // Half of the sequences take about half the time: told by what was measured, not by what was predicted.
            user.apply(sample.replace("globalBatch: 512", "globalBatch: 256"));
            eventually(() -> !plan().question().equals(before.question()));
            var after = plan();
            assertThat(after.step().correction()).isEqualTo(shown.correction());
            assertThat(Double.parseDouble(after.step().seconds())).isCloseTo(measured / 2, withinPercentage(5));

            // The same speed makes a step of half the length: what is left of the error is shown, and it is small.
            eventually(() -> stepTime()
                    .filter(now -> now.predictedSeconds().equals(after.step().seconds()))
                    .isPresent());
            assertThat(Double.parseDouble(stepTime().orElseThrow().correction()))
                    .isCloseTo(1, withinPercentage(5));
        }
    }

    private Plan plan() {
        return user.job("watched").reported().map(TrainingJobStatus::plan).orElseThrow();
    }

    private Optional<TrainingJobStatus.StepTime> stepTime() {
        return user.job("watched").reported().map(TrainingJobStatus::stepTime);
    }

    /** Names of our metrics, without the endings that a histogram adds. */
    private static TreeSet<String> named(String text) {
        var names = new TreeSet<String>();
        METRIC.matcher(text)
                .results()
                .map(match -> match.group().replaceFirst("_(bucket|count|sum)$", ""))
                .forEach(names::add);
        return names;
    }
}
