package io.github.djltransformers.text.task;

/**
 * A token, or a word, with what its classes score.
 *
 * @param scores of each class
 * @param index the place of its first token
 * @param start where it begins in the text
 * @param end where it ends
 * @param subword whether it goes on with the word before
 */
record TaggedToken(double[] scores, int index, int start, int end, boolean subword) {
    int best() {
        return Scores.best(scores);
    }

    double score() {
        return scores[best()];
    }
}
