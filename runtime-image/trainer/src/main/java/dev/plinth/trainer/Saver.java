package dev.plinth.trainer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.plinth.engine.llama.LlamaConfig;
import dev.plinth.trainer.TrainingFailure.Exit;
import dev.plinth.trainer.checkpoint.Checkpoint;
import dev.plinth.trainer.checkpoint.CheckpointStore;
import dev.plinth.trainer.compute.Replica;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Saves a replica as a checkpoint and takes one over. A checkpoint's folder is a model that a server opens as it is
 * (weights, {@code config.json}, {@code tokenizer.json}), with the optimizer's state and {@code trainer.json} beside.
 */
final class Saver {
    private static final String MODEL = "model.safetensors";
    private static final String OPTIMIZER = "optimizer.safetensors";
    private static final String SHAPE = "config.json";
    private static final String TOKENIZER = "tokenizer.json";
    private static final String TRAINER = "trainer.json";
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    /** How long a finished checkpoint waits for the operator's word that its generation is the present one. */
    private static final Duration FENCE = Duration.ofSeconds(3);

    private final TrainerConfig config;
    private final TrainerConfig.Checkpoint policy;
    private final Path directory;
    private final String tokenizerJson;
    private final CheckpointStore store;
    private final Operator operator;
    private final EventLog log;

    Saver(
            TrainerConfig config,
            TrainerConfig.Checkpoint policy,
            String tokenizerJson,
            Operator operator,
            EventLog log) {
        this.config = config;
        this.policy = policy;
        this.directory = Path.of(policy.directory());
        this.tokenizerJson = tokenizerJson;
        this.operator = operator;
        this.log = log;
        this.store = new CheckpointStore(
                directory, (name, why) -> log.warn("checkpoint skipped", "checkpoint", name, "reason", why));
    }

    /** Whether a checkpoint is due after {@code step} if the last one was made after {@code saved}. */
    boolean due(int step, int saved) {
        return step / policy.everySteps() > saved / policy.everySteps();
    }

    Optional<Checkpoint> newest() throws TrainingFailure {
        try {
            return store.newest();
        } catch (IOException e) {
            throw failure("cannot read the checkpoint volume at %s (%s)".formatted(directory, e.getMessage()), e);
        }
    }

    /** Clears away what interrupted writers of older generations left; only rank 0 may. */
    void tidy() throws TrainingFailure {
        try {
            store.removeUnfinished();
        } catch (IOException e) {
            throw failure("cannot tidy the checkpoint volume at %s (%s)".formatted(directory, e.getMessage()), e);
        }
    }

    /** Saves; empty if the operator does not confirm that {@code generation} is the present one. */
    Optional<Checkpoint> save(Replica replica, int step, long generation, double loss) throws TrainingFailure {
        try {
            long begun = System.nanoTime();
            Optional<Checkpoint> saved = store.write(
                    step,
                    generation,
                    loss,
                    folder -> write(replica, folder, step),
                    () -> operator.confirms(generation, FENCE));
            if (saved.isPresent()) {
                store.prune(policy.keep());
                log.info(
                        "checkpoint",
                        "step",
                        step,
                        "checkpoint",
                        saved.get().name(),
                        "bytes",
                        saved.get().bytes(),
                        "seconds",
                        (System.nanoTime() - begun) / 1e9);
            } else {
                log.warn(
                        "checkpoint held back",
                        "step",
                        step,
                        "reason",
                        "no answer from the operator, or it knows a newer generation");
            }
            return saved;
        } catch (IOException e) {
            throw failure(
                    "cannot write the checkpoint of step %d to %s (%s); it has %d MB free. Give the volume room and write permission"
                            .formatted(step, directory, e.getMessage(), freeMegabytes()),
                    e);
        }
    }

    private void write(Replica replica, Path folder, int step) throws IOException {
        replica.saveModel(folder.resolve(MODEL));
        replica.saveOptimizer(folder.resolve(OPTIMIZER));
        Files.writeString(folder.resolve(SHAPE), replica.config().toJson());
        Files.writeString(folder.resolve(TOKENIZER), tokenizerJson);
        Map<String, Object> trainer = new LinkedHashMap<>();
        trainer.put("step", step);
        trainer.put("seed", config.seed());
        trainer.put("batchSize", config.batchSize());
        trainer.put("nextSequence", (long) step * config.batchSize());
        trainer.put("totalSteps", config.steps());
        trainer.put("data", config.data());
        trainer.put("optimizer", config.optimizer());
        JSON.writeValue(folder.resolve(TRAINER).toFile(), trainer);
    }

    /** Takes over the checkpoint of that name. */
    Checkpoint load(Replica replica, String name) throws TrainingFailure {
        try {
            Checkpoint checkpoint = store.open(name);
            LlamaConfig saved = LlamaConfig.read(checkpoint.file(SHAPE));
            if (!saved.equals(replica.config())) {
                throw new TrainingFailure(
                        Exit.CONFIGURATION,
                        "checkpoint %s in %s is of another model than this job's; give the job another checkpoint directory or remove the old checkpoints"
                                .formatted(name, directory));
            }
            replica.load(checkpoint.file(MODEL), checkpoint.file(OPTIMIZER));
            return checkpoint;
        } catch (IOException e) {
            throw failure(
                    "cannot read checkpoint %s, which rank 0 resumes from, in %s (%s): the volume must be one that all members share"
                            .formatted(name, directory, e.getMessage()),
                    e);
        }
    }

    private long freeMegabytes() {
        try {
            return Files.getFileStore(directory).getUsableSpace() >> 20;
        } catch (IOException e) {
            return 0;
        }
    }

    private static TrainingFailure failure(String message, IOException cause) {
        return new TrainingFailure(Exit.CHECKPOINT, message, cause);
    }
}
