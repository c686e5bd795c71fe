package io.github.djltransformers.text.metric;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * How often a text does not find its translation among others by the nearest vector: from the first side to the second, and back.
 *
 * @param there for each text of the first side whether it found another's, 1, or its own, 0
 * @param back the same for the second
 */
public record RetrievalErrors(double[] there, double[] back) {
    /** As many neighbours as the measure xsim looks at. */
    private static final int NEIGHBOURS = 4;

    public RetrievalErrors {
        there = there.clone();
        back = back.clone();
    }

    @Override
    public double[] there() {
        return there.clone();
    }

    @Override
    public double[] back() {
        return back.clone();
    }

    /**
     * By the greatest cosine.
     *
     * @param one vectors of length 1
     * @param other those of the translations, in the same order
     */
    public static RetrievalErrors byCosine(float[][] one, float[][] other) {
        requireSame(one, other);
        double[][] cosines = cosines(one, other);
        return new RetrievalErrors(errors(cosines), errors(transposed(cosines)));
    }

    /**
     * By the greatest margin {@code cos(a, b) / (mean of a's cosines with its 4 nearest / 2 + mean of b's / 2)} (Artetxe and
     * Schwenk 2019, section 3.2), which texts that are near to all do not mislead: the measure xsim.
     *
     * @param one vectors of length 1
     * @param other those of the translations, in the same order
     */
    public static RetrievalErrors byMargin(float[][] one, float[][] other) {
        requireSame(one, other);
        double[][] cosines = cosines(one, other);
        double[] ofOne =
                Arrays.stream(cosines).mapToDouble(RetrievalErrors::nearness).toArray();
        double[] ofOther = Arrays.stream(transposed(cosines))
                .mapToDouble(RetrievalErrors::nearness)
                .toArray();
        double[][] margins = new double[cosines.length][cosines.length];
        for (int i = 0; i < cosines.length; i++) {
            for (int j = 0; j < cosines.length; j++) {
                margins[i][j] = 2 * cosines[i][j] / (ofOne[i] + ofOther[j]);
            }
        }
        return new RetrievalErrors(errors(margins), errors(transposed(margins)));
    }

    private static void requireSame(float[][] one, float[][] other) {
        if (one.length == 0 || one.length != other.length) {
            throw new IllegalArgumentException("RetrievalErrors: vectors must be equally many, at least one, got "
                    + one.length + " and " + other.length);
        }
    }

    private static double nearness(double... cosines) {
        double[] sorted = cosines.clone();
        Arrays.sort(sorted);
        return Arrays.stream(sorted, Math.max(0, sorted.length - NEIGHBOURS), sorted.length)
                .average()
                .orElseThrow();
    }

    private static double[][] cosines(float[][] one, float[][] other) {
        double[][] cosines = new double[one.length][other.length];
        for (int i = 0; i < one.length; i++) {
            for (int j = 0; j < other.length; j++) {
                double sum = 0;
                for (int k = 0; k < one[i].length; k++) {
                    sum += (double) one[i][k] * other[j][k];
                }
                cosines[i][j] = sum;
            }
        }
        return cosines;
    }

    private static double[][] transposed(double[][] matrix) {
        double[][] transposed = new double[matrix.length][matrix.length];
        for (int i = 0; i < matrix.length; i++) {
            for (int j = 0; j < matrix.length; j++) {
                transposed[j][i] = matrix[i][j];
            }
        }
        return transposed;
    }

    private static double[] errors(double[][] scores) {
        return IntStream.range(0, scores.length)
                .mapToDouble(i -> IntStream.range(0, scores.length).anyMatch(j -> scores[i][j] > scores[i][i]) ? 1 : 0)
                .toArray();
    }
}
