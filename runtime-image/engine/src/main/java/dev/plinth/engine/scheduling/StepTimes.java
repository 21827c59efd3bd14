package dev.plinth.engine.scheduling;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How long steps take on this machine with this model: a time a step, a row, a prompt token, and a token looked back at by either. The
 * five are learnt from the last steps, by least squares of relative errors; so a step that took long by accident counts little.
 */
final class StepTimes {
    /** Steps remembered, of those with parts of prompts and of those without; neither kind makes the other forgotten. */
    private static final int REMEMBERED = 64;
    /** Nothing is said before so many of both kinds were seen. */
    private static final int ENOUGH = 8;
    /** So much is added to each sum of squares: of shares that always come together each gets some of the time. */
    private static final double RIDGE = 1e-4;

    private final Deque<Sample> reading = new ArrayDeque<>();
    private final Deque<Sample> decoding = new ArrayDeque<>();
    private double[] learnt = {};

    private record Sample(Work work, double time) {}

    /** A step took a time, in any unit. */
    void took(Work work, double time) {
        if (time <= 0) {
            return; // a clock too coarse to tell
        }
        Deque<Sample> kind = work.promptTokens() > 0 ? reading : decoding;
        kind.addLast(new Sample(work, time));
        if (kind.size() > REMEMBERED) {
            kind.removeFirst();
        }
        learnt = new double[0];
    }

    /** How long a step will take; empty as long as too few have been seen. */
    OptionalDouble of(Work work) {
        if (reading.size() < ENOUGH || decoding.size() < ENOUGH) {
            return OptionalDouble.empty();
        }
        if (learnt.length == 0) {
            learnt = learn();
        }
        double[] shares = work.shares();
        return OptionalDouble.of(IntStream.range(0, shares.length)
                .mapToDouble(i -> shares[i] * learnt[i])
                .sum());
    }

    /** No share can be less than nothing: one that seems so is left out, and the others are learnt without it. */
    private double[] learn() {
        double[][] rows = Stream.concat(reading.stream(), decoding.stream())
                .map(sample -> Arrays.stream(sample.work.shares())
                        .map(share -> share / sample.time)
                        .toArray())
                .toArray(double[][]::new);
        boolean[] without = new boolean[Work.NONE.shares().length];
        while (true) {
            double[] times = leastSquares(rows, without);
            int least = IntStream.range(0, times.length)
                    .reduce((a, b) -> times[b] < times[a] ? b : a)
                    .orElseThrow();
            if (times[least] >= 0) {
                return times;
            }
            without[least] = true;
        }
    }

    /** The x for which rows times x is nearest to 1 everywhere; 0 where nothing is to be learnt. */
    private static double[] leastSquares(double[][] rows, boolean[] without) {
        int n = without.length;
        double[] size = new double[n];
        for (int i = 0; i < n; i++) {
            for (double[] row : rows) {
                size[i] += row[i] * row[i];
            }
            size[i] = without[i] ? 0 : Math.sqrt(size[i]);
        }
        double[][] equations = new double[n][n + 1];
        for (int i = 0; i < n; i++) {
            for (double[] row : rows) {
                for (int j = 0; j < n && size[i] > 0; j++) {
                    equations[i][j] += size[j] > 0 ? row[i] * row[j] / (size[i] * size[j]) : 0;
                }
                equations[i][n] += size[i] > 0 ? row[i] / size[i] : 0;
            }
            equations[i][i] += size[i] > 0 ? RIDGE : 1;
        }
        double[] solution = solve(equations);
        for (int i = 0; i < n; i++) {
            solution[i] = size[i] > 0 ? solution[i] / size[i] : 0;
        }
        return solution;
    }

    /** Gauss and Jordan; without exchange of rows, since the matrix is positive definite. */
    private static double[] solve(double[][] equations) {
        int n = equations.length;
        for (int pivot = 0; pivot < n; pivot++) {
            for (int row = 0; row < n; row++) {
                double factor = row == pivot ? 0 : equations[row][pivot] / equations[pivot][pivot];
                for (int column = pivot; column <= n; column++) {
                    equations[row][column] -= factor * equations[pivot][column];
                }
            }
        }
        return IntStream.range(0, n)
                .mapToDouble(i -> equations[i][n] / equations[i][i])
                .toArray();
    }
}
