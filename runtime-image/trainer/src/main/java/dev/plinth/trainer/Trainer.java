package dev.plinth.trainer;

import dev.plinth.trainer.TrainingFailure.Exit;
import dev.plinth.trainer.checkpoint.Checkpoint;
import dev.plinth.trainer.compute.Replica;
import dev.plinth.trainer.data.Batches;
import dev.plinth.trainer.data.Batches.Batch;
import dev.plinth.trainer.optimizer.LearningRate;
import dev.plinth.trainer.report.Report.State;
import dev.plinth.trainer.ring.Collective;
import dev.plinth.trainer.ring.RingBroken;
import dev.plinth.trainer.ring.RingPort;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/**
 * The life of one rank: form a ring with the others, resume from the newest checkpoint, train; when the ring breaks, drop the
 * step and begin again, until the last step is done. All ranks hold the same parameters, take their share of each batch and
 * sum their gradients over the ring; rank 0 also saves.
 */
final class Trainer {
    /** How long the last word may wait for an operator that is away. */
    private static final Duration LAST_WORD = Duration.ofSeconds(60);

    /** Behind the gradient in the exchange buffer: this rank's part of the loss, and 1 if it is asked to end. */
    private static final int EXTRA_FLOATS = 2;

    private final TrainerConfig config;
    private final MemberEnvironment member;
    private final Replica replica;
    private final Batches batches;
    private final Optional<Saver> saver;
    private final RingPort port;
    private final Peers peers;
    private final Operator operator;
    private final Status status;
    private final StopRequest stop;
    private final EventLog log;

    private final LearningRate learningRate;
    private final ByteBuffer exchange;
    /** Step of the newest checkpoint known to this rank. */
    private int savedStep;

    Trainer(
            TrainerConfig config,
            MemberEnvironment member,
            Replica replica,
            Batches batches,
            Optional<Saver> saver,
            RingPort port,
            Peers peers,
            Operator operator,
            Status status,
            StopRequest stop,
            EventLog log) {
        this.config = config;
        this.member = member;
        this.replica = replica;
        this.batches = batches;
        this.saver = saver;
        this.port = port;
        this.peers = peers;
        this.operator = operator;
        this.status = status;
        this.stop = stop;
        this.log = log;
        this.learningRate = new LearningRate(
                config.optimizer().learningRate(), config.optimizer().warmupSteps(), config.steps());
        this.exchange = ByteBuffer.allocateDirect((replica.size() + EXTRA_FLOATS) * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Trains to the last step, or until asked to end. */
    Exit run() throws TrainingFailure, InterruptedException {
        while (!stop.made()) {
            if (isComplete()) {
                return done();
            }
            state(State.WAITING);
            log.info("forming", "generation", port.generation(), "members", member.members());
            try (Collective ring = port.form(peers::next, stop::made)) {
                int step = resume(ring);
                if (train(ring, step)) {
                    return done();
                }
            } catch (RingBroken broken) {
                status.suspects(broken.suspects());
                log.warn("ring broken", "reason", broken.reason(), "suspects", broken.suspects());
            }
        }
        return Exit.TERMINATED;
    }

    /** Whether the last step lies on the volume already: then there is nothing to form a ring for. */
    private boolean isComplete() throws TrainingFailure {
        Optional<Checkpoint> newest = saver.isPresent() ? saver.get().newest() : Optional.empty();
        newest.ifPresent(status::checkpoint);
        return newest.filter(checkpoint -> checkpoint.manifest().step() >= config.steps())
                .isPresent();
    }

    /** All ranks go to the checkpoint that rank 0 finds newest, or to the beginning; returns the steps done. */
    private int resume(Collective ring) throws RingBroken, TrainingFailure {
        String found = "";
        if (ring.rank() == 0 && saver.isPresent()) {
            saver.get().tidy();
            found = saver.get().newest().map(Checkpoint::name).orElse("");
        }
        String name = new String(ring.fromRankZero(found.getBytes(StandardCharsets.UTF_8)), StandardCharsets.UTF_8);
        int step = name.isEmpty() ? begin() : resume(name);
        // Nobody computes before everybody is there: the state reported from here on is true for the whole gang.
        ring.sum(ByteBuffer.allocateDirect(ring.size() * Float.BYTES));
        status.resumed(step);
        state(State.TRAINING);
        log.info(
                name.isEmpty() ? "begin" : "resume",
                "generation",
                port.generation(),
                "ranks",
                ring.size(),
                "step",
                step,
                "parameters",
                replica.size());
        return step;
    }

    private int begin() {
        replica.reset(config.seed());
        savedStep = 0;
        return 0;
    }

    private int resume(String name) throws TrainingFailure {
        if (saver.isEmpty()) {
            throw ConfigSection.wrong(
                    "rank 0 resumes from checkpoint %s, but this rank has no checkpoint directory; set it on all members"
                            .formatted(name));
        }
        Checkpoint checkpoint = saver.get().load(replica, name);
        status.checkpoint(checkpoint);
        savedStep = checkpoint.manifest().step();
        return savedStep;
    }

    /** Trains from {@code step} on; true if the last step is done and saved, false if some rank was asked to end. */
    private boolean train(Collective ring, int step) throws RingBroken, TrainingFailure {
        Pace pace = new Pace();
        boolean ending = false;
        int done = step;
        while (done < config.steps() && !ending) {
            Batch share = batches.share(done, ring.rank(), ring.size());
            float loss = replica.backward(share, tokensPerStep(), exchange);
            exchange.putFloat(replica.size() * Float.BYTES, loss);
            exchange.putFloat((replica.size() + 1) * Float.BYTES, stop.made() ? 1 : 0);
            ring.sum(exchange);
            done++;
            double rate = learningRate.at(done);
            double norm = replica.update(done, rate, exchange);
            double meanLoss = exchange.getFloat(replica.size() * Float.BYTES);
            ending = exchange.getFloat((replica.size() + 1) * Float.BYTES) > 0;
            requireFinite(done, meanLoss, norm);
            status.progress(done, meanLoss, pace.count(tokensPerStep()));
            logStep(done, step + 1, meanLoss, norm, rate);
            saveIfDue(ring, done, meanLoss, ending);
        }
        if (done >= config.steps()) {
            // The others may only leave once the last checkpoint is on the volume.
            ring.fromRankZero(new byte[0]);
        }
        return done >= config.steps();
    }

    private void saveIfDue(Collective ring, int step, double loss, boolean ending) throws RingBroken, TrainingFailure {
        boolean last = step == config.steps();
        if (last || ending) {
            state(State.FINISHING);
        }
        if (ring.rank() != 0
                || saver.isEmpty()
                || !(last || ending || saver.get().due(step, savedStep))) {
            return;
        }
        if (!last && !ending && !operator.confirms(port.generation(), Duration.ZERO)) {
            return; // Without the operator's word it could not be published: tried again after the next step.
        }
        Optional<Checkpoint> saved = saver.get().save(replica, step, port.generation(), loss);
        while (saved.isEmpty() && (last || ending) && !stop.made()) {
            saved = saver.get().save(replica, step, port.generation(), loss);
        }
        if (saved.isPresent()) {
            savedStep = step;
            status.checkpoint(saved.get());
            operator.tell();
        }
    }

    private Exit done() {
        state(State.DONE);
        if (!operator.deliver(LAST_WORD)) {
            log.warn(
                    "report",
                    "message",
                    "the operator did not take the last report; the checkpoint volume tells it all");
        }
        log.info("done", "steps", config.steps());
        return Exit.DONE;
    }

    private long tokensPerStep() {
        return (long) config.batchSize() * config.model().sequenceLength();
    }

    private void state(State now) {
        status.state(now);
        operator.tell();
    }

    private static void requireFinite(int step, double loss, double norm) throws TrainingFailure {
        if (!Double.isFinite(loss) || !Double.isFinite(norm)) {
            throw new TrainingFailure(
                    Exit.DIVERGED,
                    "the loss (%s) or its gradient (norm %s) is not finite at step %d; lower optimizer.learningRate or lengthen optimizer.warmupSteps"
                            .formatted(loss, norm, step));
        }
    }

    private void logStep(int step, int first, double loss, double norm, double rate) {
        if (step == first || step == config.steps() || step % member.logEverySteps() == 0) {
            var progress = status.report().progress();
            log.info(
                    "step",
                    "step",
                    step,
                    "loss",
                    loss,
                    "gradientNorm",
                    norm,
                    "learningRate",
                    rate,
                    "tokensPerSecond",
                    progress == null ? 0 : Math.round(progress.tokensPerSecond()));
        }
    }
}
