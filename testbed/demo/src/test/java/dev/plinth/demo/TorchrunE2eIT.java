package dev.plinth.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plinth.testbed.Progress;
import dev.plinth.testbed.image.TorchImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.extension.ExtendWith;

/** PyTorch jobs under torchrun, in the image that {@code plinth-testbed image build torch} makes. */
@Tag("long")
@EnabledIf("dev.plinth.testbed.process.Commands#root")
@ExtendWith(RealCluster.Extension.class)
class TorchrunE2eIT {

    @BeforeAll
    static void loadTorch(RealCluster cluster) {
        cluster.machine().loadImage(TorchImage.build(Progress.to(System.out, false)));
    }

    @Test
    void theSampleSumsTheRanksOfAllProcesses(RealCluster cluster) {
        cluster.apply("torchrun-job.yaml");
        var run = new TrainingRun(cluster, "torchrun");
        run.awaitComplete();

        run.hasEndedWithOnePodForEachRank();
        for (int member = 0; member < 2; member++) {
            assertThat(run.log(member))
                    .contains(
                            "rank %d of 4 on member %d: sum of ranks 6".formatted(2 * member, member),
                            "rank %d of 4 on member %d: sum of ranks 6".formatted(2 * member + 1, member));
        }
    }

    @Test
    void anElasticJobGoesOnFromItsOwnCheckpointWhenAPodIsDeleted(RealCluster cluster) {
        apply(cluster, "elastic-job.yaml");
        var run = new TrainingRun(cluster, "elastic");
        run.awaitLog(0, "step 10 of 40");
        var survivor = run.pod(0).getMetadata().getUid();
        run.deletePod(1);
        run.awaitComplete();

        run.hasEndedWithOnePodForEachRank();
        assertThat(run.pod(0).getMetadata().getUid())
                .as("the survivor's agent waits for its new peer")
                .isEqualTo(survivor);
        assertThat(run.generation()).isEqualTo(2);
        assertThat(run.log(1)).containsPattern("goes on from step [1-9]").contains("step 40 of 40, sum 820");
    }

    private static void apply(RealCluster cluster, String manifest) {
        try (var yaml = TorchrunE2eIT.class.getResourceAsStream(manifest)) {
            cluster.client()
                    .load(yaml)
                    .items()
                    .forEach(item -> cluster.client()
                            .resource(item)
                            .inNamespace(RealCluster.NAMESPACE)
                            .create());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
