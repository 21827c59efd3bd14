package dev.plinth.engine.decoder;

import java.util.Arrays;
import java.util.List;

/**
 * How far pairs of channels turn a position (Su et al. 2021, arXiv:2104.09864).
 *
 * @param theta base: pair i of R/2 turns by theta^(-2i/R) radians a position; 0 = nothing turns
 * @param share of a head's channels, from the first, that turn; R of them
 * @param scaling how this is stretched for longer texts
 */
public record Rotation(double theta, double share, Scaling scaling) {
    /** An array holds no more. */
    private static final int MOST_ANGLES = Integer.MAX_VALUE - 8;

    /** For models that know positions otherwise. */
    static final Rotation NONE = new Rotation(0, new Unscaled());

    public Rotation {
        if (share <= 0 || share > 1) {
            throw new IllegalArgumentException("partial_rotary_factor must be above 0 and at most 1, not " + share);
        }
    }

    /** All channels turn. */
    public Rotation(double theta, Scaling scaling) {
        this(theta, 1, scaling);
    }

    /** Ways to stretch, as transformers names and computes them. */
    public sealed interface Scaling {}

    /** As trained. */
    public record Unscaled() implements Scaling {}

    /** Positions count for {@code 1/factor}. */
    public record Linear(double factor) implements Scaling {}

    /**
     * Slow pairs turn slower, fast ones as trained, those between in between (Llama 3.1).
     *
     * @param low wave lengths above {@code original / low} positions are stretched wholly
     * @param high wave lengths below {@code original / high} positions are left
     * @param original positions the model was trained on before
     */
    public record Llama3(double factor, double low, double high, int original) implements Scaling {}

    /**
     * YaRN (Peng et al. 2023, arXiv:2309.00071).
     *
     * @param fast pairs that turn more often than this in {@code original} positions are left
     * @param slow pairs that turn less often than this are stretched wholly
     * @param attention by what queries and keys are multiplied
     */
    public record Yarn(double factor, double fast, double slow, int original, double attention, boolean truncated)
            implements Scaling {}

    /**
     * LongRoPE (Ding et al. 2024, arXiv:2402.13753) for texts no longer than those the model was trained on before. Longer ones turn
     * otherwise from their first token on, and are not computed.
     *
     * @param stretch for each pair, by what its frequency is divided
     * @param attention by what queries and keys are multiplied
     */
    public record LongRope(List<Double> stretch, double attention) implements Scaling {
        public LongRope {
            stretch = List.copyOf(stretch);
        }
    }

    /** Channels of a head that turn. */
    int rotary(int headSize) {
        int rotary = (int) (headSize * share);
        if (rotary == 0 || rotary % 2 != 0) {
            throw new IllegalArgumentException(
                    "partial_rotary_factor (%s) of head_dim (%d) must be an even number of channels, not %d"
                            .formatted(share, headSize, rotary));
        }
        if (scaling instanceof LongRope longRope && longRope.stretch().size() != rotary / 2) {
            throw new IllegalArgumentException(
                    "short_factor must have %d numbers, one for each pair of channels, not %d"
                            .formatted(rotary / 2, longRope.stretch().size()));
        }
        return rotary;
    }

    /** [size / 2]: by what each pair of queries and keys is multiplied. */
    float[] lengths(int headSize) {
        double attention = switch (scaling) {
            case Yarn yarn -> yarn.attention();
            case LongRope longRope -> longRope.attention();
            case Unscaled unscaled -> 1;
            case Linear linear -> 1;
            case Llama3 llama3 -> 1;
        };
        float[] lengths = new float[headSize / 2];
        Arrays.fill(lengths, 1);
        Arrays.fill(lengths, 0, rotary(headSize) / 2, (float) attention);
        return lengths;
    }

    /** [positions, size / 2], row by row: the angle of each pair at each position, in radians. */
    float[] angles(int positions, int headSize) {
        int half = headSize / 2;
        int turning = rotary(headSize) / 2;
        if ((long) positions * half > MOST_ANGLES) {
            throw new IllegalArgumentException(
                    "a context of %d tokens is more than can be computed: set a shorter one (PLINTH_MAX_SEQUENCE_LENGTH, spec.engine.maxSequenceLength)"
                            .formatted(positions));
        }
        float[] angles = new float[positions * half];
        for (int pair = 0; pair < turning && theta > 0; pair++) {
            // In 32 bits, as the reference does: at high positions the rounding of the frequency is visible.
            float frequency = (float) frequency(pair, turning);
            for (int position = 0; position < positions; position++) {
                angles[position * half + pair] = position * frequency;
            }
        }
        return angles;
    }

    private double frequency(int pair, int half) {
        double trained = (float) (1 / Math.pow(theta, (double) pair / half));
        return switch (scaling) {
            case Unscaled unscaled -> trained;
            case Linear linear -> trained / linear.factor();
            case Llama3 llama3 -> stretched(trained, llama3);
            case LongRope longRope ->
                1 / (longRope.stretch().get(pair) * (float) Math.pow(theta, (double) pair / half));
            case Yarn yarn -> {
                double low = correction(yarn.fast(), yarn.original(), half);
                double high = correction(yarn.slow(), yarn.original(), half);
                if (yarn.truncated()) {
                    low = Math.floor(low);
                    high = Math.ceil(high);
                }
                low = Math.max(low, 0);
                high = Math.min(high, 2 * half - 1.0);
                double ramp = Math.clamp((pair - low) / (low == high ? 0.001 : high - low), 0.0, 1.0);
                yield trained / yarn.factor() * ramp + trained * (1 - ramp);
            }
        };
    }

    private static double stretched(double trained, Llama3 llama3) {
        double wave = 2 * Math.PI / trained;
        if (wave < llama3.original() / llama3.high()) {
            return trained;
        }
        if (wave > llama3.original() / llama3.low()) {
            return trained / llama3.factor();
        }
        double smooth = (llama3.original() / wave - llama3.low()) / (llama3.high() - llama3.low());
        return (1 - smooth) * trained / llama3.factor() + smooth * trained;
    }

    /** The pair that turns so many times in so many positions. */
    private double correction(double turns, int positions, int half) {
        return 2 * half * Math.log(positions / (turns * 2 * Math.PI)) / (2 * Math.log(theta));
    }
}
