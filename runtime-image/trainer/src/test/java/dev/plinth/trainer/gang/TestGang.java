package dev.plinth.trainer.gang;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Trainer processes that train one small model together on loopback. */
final class TestGang implements AutoCloseable {
    private static final String CONFIG = """
            {"model": {"layers": 2, "hiddenSize": 32, "heads": 4, "kvHeads": 2, "intermediateSize": 64, "sequenceLength": 32},
             "data": {"path": "builtin:shakespeare"},
             "optimizer": {"learningRate": "1e-3", "warmupSteps": 10},
             "steps": %d, "batchSize": 8, "seed": 11%s}""";

    private final int size;
    private final String config;
    private final ReportServer operator;
    private final List<TrainerProcess> ranks = new ArrayList<>();
    private final List<TrainerProcess> started = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();

    private TestGang(int size, String config, ReportServer operator) {
        this.size = size;
        this.config = config;
        this.operator = operator;
    }

    /** @param checkpoints a checkpoint every ten steps goes there; the newest three stay */
    static TestGang start(int size, int steps, Path checkpoints) throws IOException {
        String checkpoint =
                ", \"checkpoint\": {\"directory\": \"%s\", \"everySteps\": 10, \"keep\": 3}".formatted(checkpoints);
        TestGang gang = new TestGang(size, CONFIG.formatted(steps, checkpoint), new ReportServer());
        for (int rank = 0; rank < size; rank++) {
            gang.ports.add(freePort());
            gang.operator.member(rank, gang.ports.get(rank));
        }
        gang.startAll();
        return gang;
    }

    /** Starts every rank, as a pod's restart would: same incarnation, same generation. */
    void startAll() throws IOException {
        ranks.clear();
        for (int rank = 0; rank < size; rank++) {
            ranks.add(start(rank, 0));
        }
    }

    private TrainerProcess start(int rank, int incarnation) throws IOException {
        Map<String, String> environment = new HashMap<>();
        environment.put("PLINTH_TRAINER_CONFIG", config);
        environment.put("PLINTH_MEMBERS", String.valueOf(size));
        environment.put("PLINTH_MEMBER_INDEX", String.valueOf(rank));
        environment.put("PLINTH_INCARNATION", String.valueOf(incarnation));
        environment.put("PLINTH_GENERATION", String.valueOf(operator.generation()));
        environment.put("PLINTH_PEER_PORT", String.valueOf(ports.get(rank)));
        environment.put("PLINTH_REPORT_URL", operator.url());
        environment.put("PLINTH_LOG_EVERY_STEPS", "1");
        TrainerProcess process = TrainerProcess.start(environment);
        started.add(process);
        return process;
    }

    /** What the operator does when a member is lost: next generation, next incarnation, a new process. */
    TrainerProcess replace(int rank) throws IOException {
        ports.set(rank, freePort());
        int incarnation = operator.replace(rank, ports.get(rank));
        ranks.set(rank, start(rank, incarnation));
        return ranks.get(rank);
    }

    TrainerProcess rank(int rank) {
        return ranks.get(rank);
    }

    List<TrainerProcess> ranks() {
        return ranks;
    }

    ReportServer operator() {
        return operator;
    }

    void assertAllDone() throws InterruptedException {
        for (TrainerProcess rank : ranks) {
            rank.assertExit(0);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        started.forEach(TrainerProcess::close);
        operator.close();
    }
}
