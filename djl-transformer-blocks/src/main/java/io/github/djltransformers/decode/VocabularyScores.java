package io.github.djltransformers.decode;

import java.util.Arrays;

/** What a model makes of every token of its vocabulary, for each row of a step, until the next step. */
public interface VocabularyScores {
    /**
     * The log-probabilities of all tokens, those of one row copied when they are asked for.
     *
     * @throws IllegalStateException if the batch has gone on since
     */
    float[] logProbs(int row);

    /** What the logits of a row are more than its log-probabilities: the logarithm of the sum of their exponentials. */
    float normaliser(int row);

    /**
     * Those of arrays.
     *
     * @param logProbs (rows, V) log-probabilities, row after row; not copied
     * @param normalisers (rows)
     */
    static VocabularyScores of(float[] logProbs, float... normalisers) {
        int vocabularySize = logProbs.length / normalisers.length;
        return new VocabularyScores() {
            @Override
            public float[] logProbs(int row) {
                return Arrays.copyOfRange(logProbs, row * vocabularySize, (row + 1) * vocabularySize);
            }

            @Override
            public float normaliser(int row) {
                return normalisers[row];
            }
        };
    }

    /**
     * Those of logits.
     *
     * @param logits (rows, V), row after row; left as they are
     * @throws IllegalStateException if one is no number
     */
    static VocabularyScores ofLogits(float[] logits, int vocabularySize) {
        float[] logProbs = new float[logits.length];
        float[] normalisers = new float[logits.length / vocabularySize];
        for (int row = 0; row < normalisers.length; row++) {
            int from = row * vocabularySize;
            double largest = Double.NEGATIVE_INFINITY;
            for (int i = from; i < from + vocabularySize; i++) {
                largest = Math.max(largest, logits[i]);
            }
            double sum = 0;
            for (int i = from; i < from + vocabularySize; i++) {
                sum += Math.exp(logits[i] - largest);
            }
            double normaliser = largest + Math.log(sum);
            if (Double.isNaN(normaliser)) {
                throw Candidates.noNumber(row);
            }
            for (int i = from; i < from + vocabularySize; i++) {
                logProbs[i] = (float) (logits[i] - normaliser);
            }
            normalisers[row] = (float) normaliser;
        }
        return of(logProbs, normalisers);
    }

    /** That there are none, as rows moved or nothing was read. */
    static IllegalStateException gone() {
        return new IllegalStateException(
                "DecodingBatch: scores must be asked for after a step and before rows move, got none to give");
    }
}
