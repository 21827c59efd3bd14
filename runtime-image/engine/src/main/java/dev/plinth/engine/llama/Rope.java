package dev.plinth.engine.llama;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;

/**
 * Rotary position embeddings (Su et al. 2021, arXiv:2104.09864) in the rotate-half form of transformers: channel i turns
 * with channel i + D/2 by position x theta^(-2i/D).
 */
final class Rope {
    /** [positions, D]: cosines, and sines with the sign of the rotation in them. */
    private final NDArray cosines;

    private final NDArray signedSines;

    Rope(LlamaConfig config, NDManager manager) {
        int size = config.headSize();
        int half = size / 2;
        int positions = config.maxSequenceLength();
        float[] angles = angles(config, positions);
        float[] cosine = new float[positions * size];
        float[] sine = new float[positions * size];
        for (int i = 0; i < half; i++) {
            for (int position = 0; position < positions; position++) {
                float angle = angles[position * half + i];
                int first = position * size + i;
                int second = first + half;
                cosine[first] = (float) Math.cos(angle);
                cosine[second] = cosine[first];
                sine[second] = (float) Math.sin(angle);
                sine[first] = -sine[second];
            }
        }
        Shape shape = new Shape(positions, size);
        this.cosines = manager.create(cosine, shape);
        this.signedSines = manager.create(sine, shape);
    }

    private static float[] angles(LlamaConfig config, int positions) {
        int half = config.headSize() / 2;
        float[] angles = new float[positions * half];
        for (int i = 0; i < half; i++) {
            // In 32 bits, as the reference does: at high positions the rounding of the frequency is visible.
            float frequency = (float) (1 / Math.pow(config.ropeTheta(), (double) i / half));
            for (int position = 0; position < positions; position++) {
                angles[position * half + i] = position * frequency;
            }
        }
        return angles;
    }

    /** The rotation of the first {@code length} positions. */
    Rotation rotation(NDManager step, long length) {
        NDIndex rows = new NDIndex(":{}", length);
        return new Rotation(cosines.get(step, rows), signedSines.get(step, rows));
    }

    record Rotation(NDArray cosines, NDArray signedSines) {
        /** [B, heads, T, D] to the same. */
        NDArray apply(NDArray x) {
            NDList halves = x.split(2, 3);
            NDArray swapped = NDArrays.concat(new NDList(halves.get(1), halves.get(0)), 3);
            return x.mul(cosines).add(swapped.mul(signedSines));
        }
    }
}
