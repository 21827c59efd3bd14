package dev.plinth.trainer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What to train, as {@code PLINTH_TRAINER_CONFIG} says it in JSON: the {@code bundled} section of a {@code TrainingJob} with
 * {@code checkpoint} added.
 *
 * @param steps optimizer steps after which training is complete
 * @param batchSize sequences per step, over all ranks together
 * @param seed of the first weights and of the order of the data
 * @param checkpoint absent if nothing is saved
 */
public record TrainerConfig(
        Model model,
        Data data,
        Optimizer optimizer,
        int steps,
        int batchSize,
        long seed,
        Optional<Checkpoint> checkpoint) {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * Shape of a Llama-architecture decoder.
     *
     * @param hiddenSize width of the residual stream, a multiple of {@code heads}
     * @param kvHeads key and value heads, a divisor of {@code heads}
     * @param sequenceLength tokens per sequence
     * @param tieEmbeddings whether input embedding and output projection are one matrix
     */
    public record Model(
            int layers,
            int hiddenSize,
            int heads,
            int kvHeads,
            int intermediateSize,
            int sequenceLength,
            boolean tieEmbeddings) {}

    /**
     * The text.
     *
     * @param path absolute path of a UTF-8 file, or {@code builtin:NAME} for a text that ships with the trainer
     * @param tokenizer {@code Bytes}, or the absolute path of a {@code tokenizer.json}
     */
    public record Data(String path, String tokenizer) {
        public static final String BYTES = "Bytes";
    }

    /**
     * AdamW and its schedule.
     *
     * @param learningRate peak
     * @param warmupSteps steps over which the rate rises linearly to its peak
     * @param clipNorm largest global norm of the gradient; 0 turns clipping off
     */
    public record Optimizer(
            double learningRate,
            int warmupSteps,
            double weightDecay,
            double beta1,
            double beta2,
            double epsilon,
            double clipNorm) {}

    /**
     * When to save.
     *
     * @param directory shared by all ranks
     * @param everySteps steps between checkpoints
     * @param keep newest checkpoints that stay
     */
    public record Checkpoint(String directory, int everySteps, int keep) {}

    /**
     * Reads and checks a configuration.
     *
     * @param checkpointDirectory used if the configuration names none
     * @throws TrainingFailure naming the field, what it is and what it must be
     */
    public static TrainerConfig parse(String json, Optional<Path> checkpointDirectory) throws TrainingFailure {
        ConfigSection top;
        try {
            top = new ConfigSection("", JSON.readTree(json));
        } catch (JsonProcessingException e) {
            throw ConfigSection.wrong("PLINTH_TRAINER_CONFIG is not JSON: " + e.getOriginalMessage());
        }
        top.allow("model", "data", "optimizer", "steps", "batchSize", "seed", "checkpoint", "output");
        return new TrainerConfig(
                model(top.section("model")),
                data(top.section("data")),
                optimizer(top.sectionOrEmpty("optimizer")),
                top.positive("steps"),
                top.positive("batchSize"),
                top.number("seed", 0),
                checkpoint(top.sectionOrEmpty("checkpoint"), checkpointDirectory));
    }

    private static Model model(ConfigSection model) throws TrainingFailure {
        model.allow("layers", "hiddenSize", "heads", "kvHeads", "intermediateSize", "sequenceLength", "tieEmbeddings");
        Model shape = new Model(
                model.positive("layers"),
                model.positive("hiddenSize"),
                model.positive("heads"),
                model.positive("kvHeads"),
                model.positive("intermediateSize"),
                model.positive("sequenceLength"),
                model.flag("tieEmbeddings", false));
        if (shape.hiddenSize % (2 * shape.heads) != 0) {
            throw ConfigSection.wrong(
                    "model.hiddenSize (%d) must be a multiple of twice model.heads (%d), so that each head has an even width"
                            .formatted(shape.hiddenSize, shape.heads));
        }
        if (shape.heads % shape.kvHeads != 0) {
            throw ConfigSection.wrong(
                    "model.heads (%d) must be a multiple of model.kvHeads (%d)".formatted(shape.heads, shape.kvHeads));
        }
        return shape;
    }

    private static Data data(ConfigSection data) throws TrainingFailure {
        data.allow("path", "tokenizer");
        return new Data(data.text("path"), data.text("tokenizer", Data.BYTES));
    }

    private static Optimizer optimizer(ConfigSection optimizer) throws TrainingFailure {
        optimizer.allow("learningRate", "warmupSteps", "weightDecay", "beta1", "beta2", "epsilon", "clipNorm");
        return new Optimizer(
                optimizer.decimal("learningRate", 1e-3, Double.MIN_VALUE, Double.MAX_VALUE),
                optimizer.count("warmupSteps", 0),
                optimizer.decimal("weightDecay", 0.1, 0, Double.MAX_VALUE),
                optimizer.decimal("beta1", 0.9, 0, Math.nextDown(1.0)),
                optimizer.decimal("beta2", 0.95, 0, Math.nextDown(1.0)),
                optimizer.decimal("epsilon", 1e-8, Double.MIN_VALUE, Double.MAX_VALUE),
                optimizer.decimal("clipNorm", 1.0, 0, Double.MAX_VALUE));
    }

    private static Optional<Checkpoint> checkpoint(ConfigSection checkpoint, Optional<Path> otherwise)
            throws TrainingFailure {
        checkpoint.allow("directory", "everySteps", "keep");
        if (!checkpoint.has("directory") && otherwise.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new Checkpoint(
                checkpoint.text("directory", otherwise.map(Path::toString).orElse("")),
                checkpoint.positive("everySteps", 50),
                checkpoint.positive("keep", 2)));
    }
}
