package dev.plinth.controller.training;

import dev.plinth.api.v1alpha1.Gang;
import dev.plinth.api.v1alpha1.Model;
import dev.plinth.api.v1alpha1.Plan;
import dev.plinth.api.v1alpha1.TrainingJob;
import dev.plinth.api.v1alpha1.TrainingJobStatus;
import dev.plinth.controller.planning.JobPlan;
import dev.plinth.controller.planning.JobPlan.NotAsked;
import dev.plinth.controller.planning.JobPlanner;
import dev.plinth.controller.planning.Site;
import dev.plinth.controller.report.GangReports;
import dev.plinth.controller.report.GangReports.Checkpoint;
import dev.plinth.controller.report.GangReports.Progress;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Objects that the tests of training jobs start from. */
final class Jobs {

    static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");
    static final String RUNTIME = "plinth.dev/runtime:test";

    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    private static final String BUNDLED = """
            apiVersion: plinth.dev/v1alpha1
            kind: TrainingJob
            metadata: {name: tiny, namespace: research, uid: job-1, generation: 1}
            spec:
              framework:
                bundled:
                  model: {layers: 2, hiddenSize: 64, heads: 4, kvHeads: 2, intermediateSize: 128, sequenceLength: 32}
                  data: {path: /data/text.txt, tokenizer: Bytes}
                  steps: 600
                  batchSize: 8
              workers: {count: 4, processesPerWorker: 1}
              checkpoint: {claim: shared, everySteps: 50, keep: 2}
              output: {model: tiny-model}
            """;

    private static final String PLANNED = """
            framework: {torch: {rendezvous: Static}}
            workers: {count: 2, processesPerWorker: 8, template: {image: "example.com/megatron:1"}}
            parallelism:
              trainer: Megatron
              accelerator: H100
              sequenceLength: 4096
              globalBatch: 512
              model:
                shape: {layers: 32, hiddenSize: 4096, heads: 32, kvHeads: 8, intermediateSize: 14336, vocabularySize: 128256}
            """;

    private Jobs() {}

    static TrainingJob bundled() {
        return YAML.unmarshal(BUNDLED, TrainingJob.class);
    }

    static TrainingJob of(String spec) {
        var text = """
                apiVersion: plinth.dev/v1alpha1
                kind: TrainingJob
                metadata: {name: tiny, namespace: research, uid: job-1, generation: 1}
                spec:
                """;
        return YAML.unmarshal(text + spec.indent(2), TrainingJob.class);
    }

    /** A job that asks for its model to be split over two workers of eight accelerators. */
    static TrainingJob planned() {
        return of(PLANNED);
    }

    /** The same with another image. */
    static TrainingJob plannedWith(String image) {
        return of(PLANNED.replace("example.com/megatron:1", image));
    }

    static Plan plan(TrainingJob job) {
        return new JobPlanner()
                .plan(job, Optional.empty(), NOW, () -> Site.NONE)
                .made()
                .orElseThrow();
    }

    /** What the planner would answer if the user had decided this, as the answer to what the job asks. */
    static Plan planWith(TrainingJob job, String given) {
        var other = of(PLANNED + "  given: {" + given + "}\n");
        var plan = plan(other);
        return new Plan(
                plan(job).question(),
                plan.accelerator(),
                plan.accelerators(),
                plan.layout(),
                plan.precision(),
                plan.memory(),
                plan.step(),
                plan.groups(),
                plan.blocks(),
                plan.reasons(),
                plan.alternatives(),
                plan.otherCounts());
    }

    /** The same plan with this layout. */
    static Plan laidOut(Plan plan, Plan.Layout layout) {
        return new Plan(
                plan.question(),
                plan.accelerator(),
                plan.accelerators(),
                layout,
                plan.precision(),
                plan.memory(),
                plan.step(),
                plan.groups(),
                plan.blocks(),
                plan.reasons(),
                plan.alternatives(),
                plan.otherCounts());
    }

    /** The same plan on a network of which less is expected. */
    static Plan slower(Plan plan) {
        return new Plan(
                plan.question(),
                plan.accelerator(),
                plan.accelerators(),
                plan.layout(),
                plan.precision(),
                plan.memory(),
                new Plan.Step("99", "98", "100", "0.01", null),
                plan.groups(),
                List.of(),
                plan.reasons(),
                plan.alternatives(),
                plan.otherCounts());
    }

    static TrainingJob reported(TrainingJob job, TrainingJobStatus status) {
        job.setStatus(status);
        return job;
    }

    /** The job's gang as the gang controller reports it; {@code status} is YAML. */
    static Gang gang(TrainingJob job, String status) {
        var gang = JobGang.of(job, Optional.empty(), RUNTIME);
        gang.setStatus(
                YAML.unmarshal("status:\n" + status.indent(2), Gang.class).getStatus());
        return gang;
    }

    static Gang complete(TrainingJob job) {
        return gang(job, """
                conditions:
                - {type: Placed, status: "True", reason: Placed, message: ""}
                - {type: Running, status: "False", reason: Complete, message: ""}
                - {type: Complete, status: "True", reason: AllSucceeded, message: ""}
                members: {placed: 4, running: 0, ready: 0, succeeded: 4}
                """);
    }

    static Gang running(TrainingJob job) {
        return gang(job, """
                conditions:
                - {type: Placed, status: "True", reason: Placed, message: "4 members on 4 nodes."}
                - {type: Running, status: "True", reason: AllRunning, message: "4 of 4 members run."}
                - {type: Complete, status: "False", reason: InProgress, message: ""}
                members: {placed: 4, running: 4, ready: 4, succeeded: 0}
                placement: {domain: rack=r1, runs: [{from: 0, to: 3, node: n1}]}
                """);
    }

    static Model model(String metadata, String uri) {
        return YAML.unmarshal("""
                apiVersion: plinth.dev/v1alpha1
                kind: Model
                metadata: %s
                spec: {source: {uri: "%s"}, format: Safetensors}
                """.formatted(metadata, uri), Model.class);
    }

    static Observed observed(TrainingJob job) {
        return new Observed(
                job, Optional.empty(), Optional.empty(), false, Optional.empty(), Optional.empty(), new NotAsked());
    }

    static Observed observed(TrainingJob job, Gang gang) {
        return new Observed(
                job, Optional.of(gang), Optional.empty(), false, Optional.empty(), Optional.empty(), new NotAsked());
    }

    static Observed observed(TrainingJob job, Gang gang, GangReports reports) {
        return new Observed(
                job,
                Optional.of(gang),
                Optional.of(reports),
                false,
                Optional.empty(),
                Optional.empty(),
                new NotAsked());
    }

    /** A job that has a plan, or none, and its gang if there is one. */
    static Observed observed(TrainingJob job, Optional<Gang> gang, JobPlan plan) {
        return new Observed(job, gang, Optional.empty(), false, Optional.empty(), Optional.empty(), plan);
    }

    static Progress step(long step, Instant at) {
        return new Progress(0, step, OptionalLong.of(600), 2.3125, 5120.4, OptionalLong.empty(), at);
    }

    /** A step of a formation that knows which checkpoint it began with. */
    static Progress stepSince(long checkpoint, long step, Instant at) {
        return new Progress(0, step, OptionalLong.of(600), 2.3125, 5120.4, OptionalLong.of(checkpoint), at);
    }

    static Checkpoint checkpoint(long step, int generation) {
        return new Checkpoint(
                step,
                generation,
                "step-%d-g%d".formatted(step, generation),
                1000,
                Optional.of("sha256:" + step),
                false,
                NOW);
    }

    static GangReports reports(int generation, Progress first, Progress latest) {
        return new GangReports(generation, Optional.empty(), Optional.of(first), Optional.of(latest), Optional.empty());
    }
}
