package dev.plinth.trainer.gang;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.assertj.core.data.Percentage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Gangs of real processes: what they learn together, and what becomes of it when some are lost. */
class GangIT {
    private static final Percentage SAME_CURVE = Percentage.withPercentage(1e-4 * 100);
    private static final Percentage SAME_RUN = Percentage.withPercentage(1e-6 * 100);
    private static final int STEPS = 120;
    private static final Map<Integer, Double> UNDISTURBED = new HashMap<>();

    @TempDir
    private Path folder;

    @Test
    void fourRanksLearnTheSameAsOne() throws Exception {
        SortedMap<Integer, Double> one;
        try (TestGang alone = TestGang.start(1, 30, folder.resolve("one"))) {
            alone.assertAllDone();
            one = alone.rank(0).losses();
        }
        try (TestGang four = TestGang.start(4, 30, folder.resolve("four"))) {
            four.assertAllDone();

            for (TrainerProcess rank : four.ranks()) {
                assertThat(rank.losses()).hasSize(30);
                rank.losses()
                        .forEach((step, loss) ->
                                assertThat(loss).as("step %d", step).isCloseTo(one.get(step), SAME_CURVE));
            }
        }
    }

    @Test
    void theLastCheckpointIsReportedAsFinalAndEveryRankIsDone() throws Exception {
        try (TestGang gang = TestGang.start(2, 12, folder)) {
            gang.assertAllDone();

            JsonNode last = gang.operator().reports(0).getLast();
            assertThat(last.path("state").asText()).isEqualTo("Done");
            assertThat(last.path("progress").path("step").asInt()).isEqualTo(12);
            assertThat(last.path("checkpoint").path("path").asText()).isEqualTo("step-12-g1");
            assertThat(last.path("checkpoint").path("final").asBoolean()).isTrue();
            assertThat(gang.operator().reports(1).getLast().path("state").asText())
                    .isEqualTo("Done");
            assertThat(folder.resolve("step-12-g1"))
                    .isDirectoryContaining("glob:**/model.safetensors")
                    .isDirectoryContaining("glob:**/config.json")
                    .isDirectoryContaining("glob:**/tokenizer.json")
                    .isDirectoryContaining("glob:**/optimizer.safetensors")
                    .isDirectoryContaining("glob:**/trainer.json")
                    .isDirectoryContaining("glob:**/manifest.json");
        }
    }

    @Test
    void aRunThatWasKilledAndStartedAgainEndsAtTheSameLoss() throws Exception {
        double undisturbed = undisturbedLoss(2);
        try (TestGang gang = TestGang.start(2, STEPS, folder.resolve("killed"))) {
            gang.rank(0).awaitStep(35);
            gang.ranks().forEach(TrainerProcess::kill);

            gang.startAll();
            gang.assertAllDone();

            assertThat(gang.rank(0).events("resume").getFirst().path("step").asInt())
                    .isGreaterThanOrEqualTo(20);
            assertThat(gang.rank(0).lastLoss().orElseThrow()).isCloseTo(undisturbed, SAME_RUN);
        }
    }

    @Test
    void aRankThatIsKilledIsReplacedAndTheRunEndsAtTheSameLoss() throws Exception {
        double undisturbed = undisturbedLoss(4);
        try (TestGang gang = TestGang.start(4, STEPS, folder.resolve("replaced"))) {
            gang.rank(0).awaitStep(35);
            gang.rank(2).kill();
            awaitSuspected(gang, 2, 0, 1, 3);

            gang.replace(2);
            gang.assertAllDone();

            JsonNode resumed = gang.rank(0).events("resume").getLast();
            assertThat(resumed.path("generation").asInt()).isEqualTo(2);
            assertThat(resumed.path("step").asInt()).isGreaterThanOrEqualTo(20);
            assertThat(gang.rank(2).lastLoss().orElseThrow()).isCloseTo(undisturbed, SAME_RUN);
        }
    }

    @Test
    void aRankThatVanishesSilentlyIsNoticedAndCannotComeBack() throws Exception {
        try (TestGang gang = TestGang.start(3, STEPS, folder)) {
            gang.rank(0).awaitStep(25);
            TrainerProcess vanished = gang.rank(0);
            vanished.freeze();
            awaitSuspected(gang, 0, 1, 2);

            gang.replace(0);
            gang.rank(0).awaitEvent("resume");
            List<Path> before = checkpoints("-g1");
            vanished.thaw();

            vanished.assertExit(0);
            assertThat(vanished.events("replaced")).hasSize(1);
            gang.assertAllDone();
            assertThat(before).containsAll(checkpoints("-g1"));
            assertThat(folder.resolve("step-%d-g2".formatted(STEPS))).exists();
        }
    }

    @Test
    void aTerminationSignalLosesNoStep() throws Exception {
        double undisturbed = undisturbedLoss(2);
        try (TestGang gang = TestGang.start(2, STEPS, folder.resolve("terminated"))) {
            gang.rank(0).awaitStep(35);
            for (TrainerProcess rank : gang.ranks()) {
                rank.terminate();
            }
            for (TrainerProcess rank : gang.ranks()) {
                rank.assertExit(143);
            }
            int reached = gang.rank(0).losses().lastKey();

            gang.startAll();
            gang.assertAllDone();

            assertThat(gang.rank(0).events("resume").getFirst().path("step").asInt())
                    .isEqualTo(reached);
            assertThat(gang.rank(0).lastLoss().orElseThrow()).isCloseTo(undisturbed, SAME_RUN);
        }
    }

    @Test
    void trainingGoesOnWhileTheOperatorIsAwayButNothingIsPublished() throws Exception {
        try (TestGang gang = TestGang.start(2, 2000, folder)) {
            gang.rank(0).awaitStep(15);
            gang.operator().away(true);
            int step = gang.rank(0).losses().lastKey();

            // Confirmations are good for three seconds, in which no machine makes so many steps; after that,
            // checkpoints wait.
            gang.rank(0).awaitStep(step + 20);
            Awaitility.await()
                    .atMost(TrainerProcess.LIMIT)
                    .until(() -> gang.rank(0).losses().lastKey() == 2000);
            assertThat(folder.resolve("step-2000-g1")).doesNotExist();

            gang.operator().away(false);
            gang.assertAllDone();
            assertThat(folder.resolve("step-2000-g1")).exists();
        }
    }

    /** Where a run of that size ends when nothing happens to it; each size is run once. */
    private double undisturbedLoss(int size) throws Exception {
        if (!UNDISTURBED.containsKey(size)) {
            try (TestGang gang = TestGang.start(size, STEPS, folder.resolve("undisturbed"))) {
                gang.assertAllDone();
                UNDISTURBED.put(size, gang.rank(0).lastLoss().orElseThrow());
            }
        }
        return UNDISTURBED.get(size);
    }

    private static void awaitSuspected(TestGang gang, int suspect, int... by) {
        for (int member : by) {
            Awaitility.await("rank %d suspects rank %d".formatted(member, suspect))
                    .atMost(TrainerProcess.LIMIT)
                    .until(() -> gang.operator().reports(member).stream()
                            .anyMatch(report -> report.path("state").asText().equals("Waiting")
                                    && report.path("suspects").size() == 1
                                    && report.path("suspects").path(0).asInt() == suspect));
        }
    }

    private List<Path> checkpoints(String suffix) throws Exception {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> entry.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }
}
