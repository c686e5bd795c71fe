package io.github.djltransformers.position;

/** The fixed position tables in use, one row a position. */
public final class SinusoidalTable {
    private SinusoidalTable() {}

    /**
     * {@code PE[p, 2i] = sin(p / 10000^(2i/D)), PE[p, 2i+1] = cos(p / 10000^(2i/D))} (Vaswani et al. 2017, section 3.5).
     *
     * @return (length, size)
     */
    public static double[][] interleaved(int length, int size) {
        double[][] table = new double[length][size];
        for (int p = 0; p < length; p++) {
            for (int d = 0; d < size; d++) {
                table[p][d] = wave(p, d / 2, 2.0 / size, d % 2 == 0);
            }
        }
        return table;
    }

    /**
     * The numbers of {@link #interleaved} with the sines in the first {@code ceil(D/2)} columns and the cosines after, as
     * Marian orders them.
     */
    public static double[][] halves(int length, int size) {
        double[][] table = new double[length][size];
        int sines = (size + 1) / 2;
        for (int p = 0; p < length; p++) {
            for (int d = 0; d < size; d++) {
                table[p][d] = d < sines ? wave(p, d, 2.0 / size, true) : wave(p, d - sines, 2.0 / size, false);
            }
        }
        return table;
    }

    /**
     * The table of tensor2tensor and fairseq: frequencies {@code 10000^(-i/(D/2 - 1))}, sines before cosines, the row of the
     * padding index zero, and a zero last column where the size is odd.
     */
    public static double[][] tensor2tensor(int length, int size, int paddingIndex) {
        double[][] table = new double[length][size];
        int half = size / 2;
        for (int p = 0; p < length; p++) {
            for (int i = 0; i < half && p != paddingIndex; i++) {
                table[p][i] = wave(p, i, 1.0 / (half - 1), true);
                table[p][half + i] = wave(p, i, 1.0 / (half - 1), false);
            }
        }
        return table;
    }

    private static double wave(int position, int index, double step, boolean sine) {
        double angle = position / Math.pow(10000, index * step);
        return sine ? Math.sin(angle) : Math.cos(angle);
    }
}
