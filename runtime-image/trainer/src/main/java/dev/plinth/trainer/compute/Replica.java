package dev.plinth.trainer.compute;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.GradientCollector;
import dev.plinth.engine.llama.Llama;
import dev.plinth.engine.llama.LlamaConfig;
import dev.plinth.engine.llama.LlamaWeights;
import dev.plinth.engine.weights.Safetensors;
import dev.plinth.engine.weights.SafetensorsWriter;
import dev.plinth.trainer.data.Batches.Batch;
import dev.plinth.trainer.optimizer.AdamW;
import dev.plinth.trainer.optimizer.GlobalNorm;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * One rank's copy of model and optimizer. All ranks hold the same bits: they begin with the same, and every update is made
 * from the same summed gradient. Only one replica may compute at a time in a process, because the engine collects gradients
 * process-wide. One thread.
 *
 * <p>Three vectors live as long as the replica (parameters and both moments); everything else belongs to a manager that is
 * closed at the end of the call.
 */
public final class Replica implements AutoCloseable {
    private static final String FIRST_MOMENT = ".exp_avg";
    private static final String SECOND_MOMENT = ".exp_avg_sq";

    private final LlamaConfig config;
    private final AdamW optimizer;
    private final double clipNorm;
    private final ParameterVector layout;
    private final NDManager manager;
    private NDArray parameters;
    private NDArray firstMoment;
    private NDArray secondMoment;

    /**
     * Makes the replica with its first parameters, which are the same for the same seed on every machine.
     *
     * @param clipNorm largest global norm of the gradient; 0 turns clipping off
     */
    public Replica(
            LlamaConfig config,
            long seed,
            double beta1,
            double beta2,
            double epsilon,
            double weightDecay,
            double clipNorm) {
        this.config = config;
        this.clipNorm = clipNorm;
        this.layout = new ParameterVector(config);
        this.optimizer = new AdamW(beta1, beta2, epsilon, weightDecay, layout.matrixElements());
        this.manager = NDManager.newBaseManager("PyTorch");
        Shape shape = new Shape(layout.elements());
        this.parameters = manager.zeros(shape);
        this.firstMoment = manager.zeros(shape);
        this.secondMoment = manager.zeros(shape);
        reset(seed);
    }

    public LlamaConfig config() {
        return config;
    }

    /** Number of parameters. */
    public int size() {
        return Math.toIntExact(layout.elements());
    }

    /** Goes back to the first parameters. */
    public void reset(long seed) {
        try (NDManager scope = manager.newSubManager()) {
            parameters = keep(layout.join(LlamaWeights.initial(config, scope, seed)), parameters);
            firstMoment = keep(scope.zeros(firstMoment.getShape()), firstMoment);
            secondMoment = keep(scope.zeros(secondMoment.getShape()), secondMoment);
        }
    }

    /**
     * Computes this rank's part of the loss and of its gradient: the sum over its own tokens, divided by the number of
     * tokens in the whole batch, so that the sum over all ranks is the mean.
     *
     * @param gradient takes {@link #size} little-endian floats
     * @return the part of the loss, in nats per token
     */
    public float backward(Batch batch, long tokensInWholeBatch, ByteBuffer gradient) {
        long length = batch.inputs().length / batch.count();
        try (NDManager step = manager.newSubManager();
                GradientCollector collector = Engine.getEngine("PyTorch").newGradientCollector()) {
            SequencedMap<String, NDArray> weights = layout.parts(parameters, step);
            weights.values().forEach(weight -> weight.setRequiresGradient(true));
            NDArray logits = new Llama(config, weights, step)
                    .logits(step.create(batch.inputs(), new Shape(batch.count(), length)));
            NDArray targets = step.create(batch.targets(), new Shape(batch.count(), length, 1));
            // Mean cross-entropy, by the log-softmax that subtracts the largest score first.
            // The factor is an array of the step, because the engine frees a Java number's memory before the backward
            // pass.
            NDArray loss = logits.logSoftmax(-1).gather(targets, 2).sum().mul(step.create(-1f / tokensInWholeBatch));
            collector.backward(loss);

            SequencedMap<String, NDArray> gradients = new LinkedHashMap<>();
            weights.forEach((name, weight) -> {
                NDArray part = weight.getGradient();
                part.attach(step);
                gradients.put(name, part);
            });
            gradient.put(0, layout.join(gradients).toByteBuffer(true), 0, size() * Float.BYTES);
            return loss.getFloat();
        }
    }

    /**
     * Updates the parameters.
     *
     * @param step number of this update, from 1
     * @param gradient {@link #size} little-endian floats, the same on every rank
     * @return the gradient's global norm before clipping
     */
    public double update(int step, double learningRate, ByteBuffer gradient) {
        try (NDManager scope = manager.newSubManager()) {
            ByteBuffer values = gradient.slice(0, size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            NDArray vector = scope.create(values, new Shape(size()), DataType.FLOAT32);
            double norm = GlobalNorm.clip(vector, clipNorm);
            optimizer.update(step, learningRate, parameters, vector, firstMoment, secondMoment);
            return norm;
        }
    }

    /** Writes the parameters under their Hugging Face names. */
    public void saveModel(Path file) throws IOException {
        try (NDManager scope = manager.newSubManager()) {
            SafetensorsWriter.write(file, layout.parts(parameters, scope));
        }
    }

    /** Writes both moments of every parameter. */
    public void saveOptimizer(Path file) throws IOException {
        try (NDManager scope = manager.newSubManager()) {
            SequencedMap<String, NDArray> moments = new LinkedHashMap<>();
            layout.parts(firstMoment, scope).forEach((name, part) -> moments.put(name + FIRST_MOMENT, part));
            layout.parts(secondMoment, scope).forEach((name, part) -> moments.put(name + SECOND_MOMENT, part));
            SafetensorsWriter.write(file, moments);
        }
    }

    /**
     * Takes over what {@link #saveModel} and {@link #saveOptimizer} wrote.
     *
     * @throws IllegalArgumentException if they belong to a model of another shape
     */
    public void load(Path model, Path moments) throws IOException {
        try (NDManager scope = manager.newSubManager();
                Safetensors saved = Safetensors.open(model);
                Safetensors savedMoments = Safetensors.open(moments)) {
            NDArray loaded = read(saved, "", scope);
            NDArray loadedFirst = read(savedMoments, FIRST_MOMENT, scope);
            NDArray loadedSecond = read(savedMoments, SECOND_MOMENT, scope);
            parameters = keep(loaded, parameters);
            firstMoment = keep(loadedFirst, firstMoment);
            secondMoment = keep(loadedSecond, secondMoment);
        }
    }

    private NDArray read(Safetensors file, String suffix, NDManager scope) {
        SequencedMap<String, NDArray> loaded = new LinkedHashMap<>();
        LlamaWeights.shapes(config).forEach((name, shape) -> {
            NDArray part = file.tensor(name + suffix).load(scope);
            if (!part.getShape().equals(shape)) {
                throw new IllegalArgumentException("the saved %s has shape %s, but this job's model has %s"
                        .formatted(name, part.getShape(), shape));
            }
            loaded.put(name, part);
        });
        return layout.join(loaded);
    }

    /** Lets {@code fresh} live as long as the replica, in the place of {@code old}. */
    private NDArray keep(NDArray fresh, NDArray old) {
        old.close();
        fresh.attach(manager);
        return fresh;
    }

    @Override
    public void close() {
        manager.close();
    }

    /** Arrays that live on between calls; constant unless something leaks. */
    int arrays() {
        return manager.getManagedArrays().size();
    }
}
