package io.github.djltransformers.decode;

import java.util.Arrays;

/**
 * The next tokens of the highest scores of each row, highest first, the lower id first among equals. Scores are the
 * log-probabilities, where no {@link ScoresProcessor} changed them.
 *
 * <p>Made once a step for a search to read: the arrays are not copied.
 */
public final class Candidates {
    /** As many are found sooner by sorting all. */
    private static final int MANY = 256;

    private final int count;
    private final int[] tokens;
    private final float[] scores;
    private final float[] logProbs;
    private final float[] normalisers;

    /**
     * @param count candidates of each row
     * @param tokens (rows, count) ids, row after row
     * @param logProbs (rows, count) log-probabilities, row after row
     * @param normalisers (rows) what logits are more than log-probabilities
     */
    public Candidates(int count, int[] tokens, float[] logProbs, float[] normalisers) {
        this(count, tokens, logProbs, logProbs, normalisers);
    }

    /**
     * @param scores (rows, count) what the tokens were ranked by, row after row
     */
    Candidates(int count, int[] tokens, float[] scores, float[] logProbs, float[] normalisers) {
        if (count < 1 || tokens.length != (long) count * normalisers.length || logProbs.length != tokens.length) {
            throw new IllegalArgumentException(
                    "Candidates: tokens and logProbs must have count values for each row, got " + tokens.length
                            + " and " + logProbs.length + " for count " + count + " and " + normalisers.length
                            + " rows");
        }
        this.count = count;
        this.tokens = tokens;
        this.scores = scores;
        this.logProbs = logProbs;
        this.normalisers = normalisers;
    }

    /**
     * Takes what an engine selected and ranked, equals in any order.
     *
     * @param count candidates of each row
     * @param tokens (rows, count) ids, row after row; ordered in place
     * @param logProbs (rows, count), descending in each row
     * @param normalisers (rows) what logits are more than log-probabilities
     * @throws IllegalStateException if a row is not a distribution
     */
    public static Candidates ranked(int count, int[] tokens, float[] logProbs, float[] normalisers) {
        for (int i = 0; i < logProbs.length; i++) {
            requireNumber(logProbs[i], i / count);
            // Lower ids first among equals, by insertion: runs of equals are rare and short.
            for (int at = i; at % count > 0 && logProbs[at - 1] == logProbs[at] && tokens[at - 1] > tokens[at]; at--) {
                int token = tokens[at];
                tokens[at] = tokens[at - 1];
                tokens[at - 1] = token;
            }
        }
        return new Candidates(count, tokens, logProbs, normalisers);
    }

    private static void requireNumber(float logProb, int row) {
        if (Float.isNaN(logProb)) {
            throw noNumber(row);
        }
    }

    static IllegalStateException noNumber(int row) {
        return new IllegalStateException("Candidates: log-probabilities must be numbers, got NaN in row " + row
                + "; the model's parameters or its input hold NaN or infinity");
    }

    /**
     * Selects from whole distributions.
     *
     * @param logProbs (rows, V), row after row
     * @param normalisers (rows) what logits are more than log-probabilities
     * @param count how many to select from each row; all where V is smaller
     * @throws IllegalStateException if a row is not a distribution
     */
    public static Candidates top(float[] logProbs, float[] normalisers, int count) {
        int rows = normalisers.length;
        int vocabularySize = logProbs.length / rows;
        int kept = Math.min(count, vocabularySize);
        int[] bestTokens = new int[rows * kept];
        float[] best = new float[rows * kept];
        for (int row = 0; row < rows; row++) {
            top(logProbs, row * vocabularySize, vocabularySize, bestTokens, best, row * kept, kept);
            requireNumber(best[row * kept], row);
        }
        return new Candidates(kept, bestTokens, best, normalisers);
    }

    /** One pass: nearly every value fails the comparison with the worst one kept, so that the rest hardly counts. */
    static void top(float[] logProbs, int from, int size, int[] bestTokens, float[] best, int base, int kept) {
        if (kept > MANY) {
            sorted(logProbs, from, size, bestTokens, best, base, kept);
            return;
        }
        int last = base + kept - 1;
        for (int token = 0; token < kept; token++) {
            insert(logProbs[from + token], token, bestTokens, best, base, base + token);
        }
        float worst = best[last];
        for (int token = kept; token < size; token++) {
            float value = logProbs[from + token];
            if (value > worst) {
                insert(value, token, bestTokens, best, base, last);
                worst = best[last];
            }
        }
    }

    /** A sort of numbers made of value and id, so that higher values are less, and of equals lower ids. */
    private static void sorted(
            float[] logProbs, int from, int size, int[] bestTokens, float[] best, int base, int kept) {
        long[] keys = new long[size];
        for (int token = 0; token < size; token++) {
            int bits = Float.floatToIntBits(logProbs[from + token] + 0f); // no negative zero
            int ascending = bits ^ (bits >> 31 & Integer.MAX_VALUE);
            keys[token] = (long) ~ascending << Integer.SIZE | token;
        }
        Arrays.sort(keys);
        for (int rank = 0; rank < kept; rank++) {
            int token = (int) keys[rank];
            bestTokens[base + rank] = token;
            best[base + rank] = logProbs[from + token];
        }
    }

    /** Moves values that are less one place down, dropping the one at {@code hole}. */
    private static void insert(float value, int token, int[] bestTokens, float[] best, int base, int hole) {
        int at = hole;
        while (at > base && best[at - 1] < value) {
            best[at] = best[at - 1];
            bestTokens[at] = bestTokens[at - 1];
            at--;
        }
        best[at] = value;
        bestTokens[at] = token;
    }

    /** The number of rows. */
    public int rows() {
        return tokens.length / count;
    }

    /** The number of candidates of each row. */
    public int count() {
        return count;
    }

    /** A candidate's id; rank 0 is that of the highest score. */
    public int token(int row, int rank) {
        return tokens[row * count + rank];
    }

    /** What a candidate was ranked by. */
    public float score(int row, int rank) {
        return scores[row * count + rank];
    }

    /** A candidate's log-probability, as the model gives it. */
    public float logProb(int row, int rank) {
        return logProbs[row * count + rank];
    }

    /** A candidate's logit, as the model gives it. */
    public float logit(int row, int rank) {
        return logProb(row, rank) + normalisers[row];
    }

    /** What the logits of a row are more than its log-probabilities. */
    public float normaliser(int row) {
        return normalisers[row];
    }
}
