package io.github.djltransformers.decode;

/**
 * What a model makes of every token of its vocabulary, for each row. Made once a step to be read: the arrays are not copied.
 *
 * @param vocabularySize V
 * @param logProbs (rows, V) log-probabilities, row after row
 * @param normalisers (rows) what logits are more than log-probabilities: the logarithm of the sum of their exponentials
 */
@SuppressWarnings("ArrayRecordComponent")
public record VocabularyScores(int vocabularySize, float[] logProbs, float[] normalisers) {
    public VocabularyScores {
        if (logProbs.length != (long) vocabularySize * normalisers.length) {
            throw new IllegalArgumentException("VocabularyScores: logProbs must have " + vocabularySize
                    + " values for each of " + normalisers.length + " rows, got " + logProbs.length);
        }
    }

    /**
     * Those of logits.
     *
     * @param logits (rows, V), row after row; left as they are
     * @throws IllegalStateException if one is no number
     */
    public static VocabularyScores ofLogits(float[] logits, int vocabularySize) {
        float[] logProbs = new float[logits.length];
        float[] normalisers = new float[logits.length / vocabularySize];
        for (int row = 0; row < normalisers.length; row++) {
            int from = row * vocabularySize;
            double normaliser = logSumExp(logits, from, vocabularySize);
            for (int i = from; i < from + vocabularySize; i++) {
                logProbs[i] = (float) (logits[i] - normaliser);
            }
            normalisers[row] = (float) normaliser;
        }
        return new VocabularyScores(vocabularySize, logProbs, normalisers);
    }

    private static double logSumExp(float[] logits, int from, int vocabularySize) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = from; i < from + vocabularySize; i++) {
            largest = Math.max(largest, logits[i]);
        }
        double sum = 0;
        for (int i = from; i < from + vocabularySize; i++) {
            sum += Math.exp(logits[i] - largest);
        }
        double result = largest + Math.log(sum);
        if (Double.isNaN(result)) {
            throw Candidates.noNumber(from / vocabularySize);
        }
        return result;
    }

    /** That there are none, as rows moved or nothing was read. */
    public static IllegalStateException gone() {
        return new IllegalStateException(
                "DecodingBatch: scores must be asked for after a step and before rows move, got none to give");
    }

    /** A token's logit. */
    public float logit(int row, int token) {
        return logProb(row, token) + normalisers[row];
    }

    /** A token's log-probability. */
    public float logProb(int row, int token) {
        return logProbs[row * vocabularySize + token];
    }
}
