package dev.plinth.trainer;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.plinth.engine.llama.LlamaConfig;
import dev.plinth.trainer.TrainingFailure.Exit;
import dev.plinth.trainer.compute.Replica;
import dev.plinth.trainer.data.Batches;
import dev.plinth.trainer.data.Corpus;
import dev.plinth.trainer.report.Reporter;
import dev.plinth.trainer.ring.RingPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Trains one rank of a job. Everything comes from the environment ({@link MemberEnvironment}, {@link TrainerConfig}); the
 * log goes to standard output, one JSON object a line; the exit code is one of {@link Exit}, and what it was about is left
 * where Kubernetes looks for a container's last message.
 */
public final class TrainerMain {
    private static final Path LAST_MESSAGE = Path.of("/dev/termination-log");
    private static final float NORM_EPSILON = 1e-5f;
    private static final float ROPE_THETA = 10_000f;

    private TrainerMain() {}

    /** Trains until done and ends the process with the exit code that says how. */
    @SuppressWarnings("SystemExit")
    public static void main(String[] arguments) {
        EventLog log = new EventLog(System.out, Clock.systemUTC(), rank(System.getenv()));
        StopRequest stop = new StopRequest();
        Exit exit = Exit.INTERNAL;
        try {
            exit = train(System.getenv(), stop, log);
        } catch (TrainingFailure failure) {
            exit = failure.exit();
            log.error("failed", "message", failure.advice(), "exitCode", exit.code());
            leaveMessage(failure.advice());
        } catch (Exception | LinkageError e) {
            log.error("failed", "message", e.toString(), "exitCode", exit.code());
            e.printStackTrace();
            leaveMessage("error in the trainer: " + e);
        }
        stop.ended(exit);
        System.exit(exit.code());
    }

    private static Exit train(Map<String, String> variables, StopRequest stop, EventLog log)
            throws TrainingFailure, InterruptedException {
        MemberEnvironment member = MemberEnvironment.of(variables);
        TrainerConfig config = configuration(variables, member);
        System.setProperty("ai.djl.pytorch.num_threads", String.valueOf(member.threads()));
        Corpus corpus = Corpus.read(config.data(), config.model().sequenceLength());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> onTermination(stop, member)));

        Status status = new Status(member, config.steps());
        Peers peers = new Peers(member);
        try (RingPort port = listen(member, log);
                Replica replica = replica(config, corpus)) {
            Operator operator = member.reportUrl()
                    .map(url -> {
                        Reporter reporter = new Reporter(
                                url, member.tokenFile(), status::report, new Answers(port, peers, status, log), log);
                        reporter.start();
                        return new Operator(Optional.of(reporter));
                    })
                    .orElse(Operator.none());
            Optional<Saver> saver =
                    config.checkpoint().map(policy -> new Saver(config, policy, corpus.tokenizerJson(), operator, log));
            Batches batches = new Batches(
                    corpus.tokens(),
                    config.seed(),
                    config.batchSize(),
                    config.model().sequenceLength());
            Exit exit = new Trainer(config, member, replica, batches, saver, port, peers, operator, status, stop, log)
                    .run();
            if (exit == Exit.DONE) {
                leaveMessage(new ObjectMapper().valueToTree(status.report()).toString());
            }
            return exit;
        } catch (IOException e) {
            throw new TrainingFailure(
                    Exit.CONFIGURATION,
                    "cannot listen on port %d (%s): set PLINTH_PEER_PORT to a free one"
                            .formatted(member.port(), e.getMessage()),
                    e);
        }
    }

    /** What the operator's answers change. */
    private record Answers(RingPort port, Peers peers, Status status, EventLog log) implements Reporter.Listener {
        @Override
        public void onReply(long generation, Map<Integer, String> addresses) {
            if (generation < port.generation()) {
                return; // An operator that has just started may answer from an old cache.
            }
            peers.update(addresses);
            status.generation(generation);
            port.advance(generation);
        }

        @Override
        public void onReplaced() {
            log.info("replaced", "message", "another incarnation has taken this member's place");
            Runtime.getRuntime().halt(Exit.DONE.code());
        }
    }

    private static TrainerConfig configuration(Map<String, String> variables, MemberEnvironment member)
            throws TrainingFailure {
        String json = variables.get("PLINTH_TRAINER_CONFIG");
        if (json == null) {
            throw ConfigSection.wrong("PLINTH_TRAINER_CONFIG is not set: it holds what to train, as JSON");
        }
        TrainerConfig config = TrainerConfig.parse(json, member.checkpointDirectory());
        if (config.batchSize() < member.members()) {
            throw ConfigSection.wrong(
                    "batchSize (%d) must be at least the number of members (%d): each trains on at least one sequence a step"
                            .formatted(config.batchSize(), member.members()));
        }
        return config;
    }

    private static RingPort listen(MemberEnvironment member, EventLog log) throws IOException {
        return new RingPort(
                new InetSocketAddress(member.port()),
                member.namespace() + "/" + member.gang(),
                member.member(),
                member.members(),
                member.generation(),
                member.silence(),
                message -> log.warn("ring", "message", message));
    }

    static Replica replica(TrainerConfig config, Corpus corpus) {
        TrainerConfig.Model model = config.model();
        LlamaConfig shape = new LlamaConfig(
                corpus.vocabularySize(),
                model.hiddenSize(),
                model.intermediateSize(),
                model.layers(),
                model.heads(),
                model.kvHeads(),
                model.hiddenSize() / model.heads(),
                NORM_EPSILON,
                ROPE_THETA,
                model.sequenceLength(),
                model.tieEmbeddings(),
                List.of(),
                List.of());
        TrainerConfig.Optimizer optimizer = config.optimizer();
        return new Replica(
                shape,
                config.seed(),
                optimizer.beta1(),
                optimizer.beta2(),
                optimizer.epsilon(),
                optimizer.weightDecay(),
                optimizer.clipNorm());
    }

    /** Runs when the process is told to end, and also when it ends by itself; then nobody is waited for. */
    private static void onTermination(StopRequest stop, MemberEnvironment member) {
        try {
            if (stop.make(member.grace()) == Exit.DONE) {
                Runtime.getRuntime().halt(Exit.DONE.code());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static int rank(Map<String, String> variables) {
        try {
            return Integer.parseInt(variables.getOrDefault("PLINTH_MEMBER_INDEX", "0"));
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static void leaveMessage(String message) {
        try {
            if (Files.isWritable(LAST_MESSAGE)) {
                Files.writeString(LAST_MESSAGE, message);
            }
        } catch (IOException e) {
            // The log has it.
        }
    }
}
