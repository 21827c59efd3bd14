package dev.plinth.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.api.v1alpha1.TrainingJobStatus;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;

/** The main way: the samples as they are, and the node of a worker is lost in the middle. */
@EnabledIf("dev.plinth.testbed.process.Commands#root")
@ExtendWith(RealCluster.Extension.class)
class LostNodeE2eIT {
    private static final String JOB = "shakespeare";

    @Test
    void aJobThatLosesANodeIsRepairedAndItsModelIsServed(RealCluster cluster) throws InterruptedException {
        cluster.apply("training-job.yaml", "model-service.yaml");
        var run = new TrainingRun(cluster, JOB);
        run.awaitCheckpoint();
        var survivor = run.pod(0);
        var lost = run.pod(1);
        cluster.machine().killNode(lost.getSpec().getNodeName());
        run.awaitGeneration(2);
        var job = run.awaitComplete();

        run.hasEndedWithOnePodForEachRank();
        assertThat(run.pod(0).getMetadata().getUid())
                .as("the survivor is not restarted")
                .isEqualTo(survivor.getMetadata().getUid());
        assertThat(run.pod(1).getSpec().getNodeName())
                .isNotIn(lost.getSpec().getNodeName(), survivor.getSpec().getNodeName());
        var repair = run.lastRecovery().orElseThrow();
        assertThat(repair.reason()).isEqualTo("NodeLost");
        assertThat(repair.member()).isEqualTo(1);
        assertThat(repair.node()).isEqualTo(lost.getSpec().getNodeName());
        assertThat(repair.fromStep()).as("training went on from a checkpoint").isPositive();
        assertThat(Stream.of(repair.lostAt(), repair.detectedAt(), repair.replacedAt(), repair.resumedAt()))
                .as("the story in its order")
                .doesNotContainNull()
                .isSorted();
        assertThat(job.reported().map(TrainingJobStatus::generation)).contains(2);
        assertThat(run.publishedWeights()).isNotEmpty();

        var serving = new ServingStory(cluster.client(), new Screen(System.out, false), RealCluster.NAMESPACE);
        assertThat(serving.ready(JOB).complete(JOB, "ROMEO:", 20).text()).isNotBlank();
    }
}
