package io.github.djltransformers.decode;

import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Chooses candidates from logits outside of a model's program, where processors have a say: what a program does by a
 * log-softmax and a top-k over all rows is done here row by row. Greedy search ranks processed logits, beam search processed
 * log-probabilities, which are not normalised again, as Hugging Face's {@code generate} does.
 */
final class HostChoice {
    private final boolean ofLogits;
    private final int vocabularySize;
    private final int count;
    private final int[] tokens;
    private final float[] scores;
    private final float[] logProbs;

    /**
     * @param ofLogits whether logits are ranked, not log-probabilities
     * @param vocabularySize V
     * @param rows of the batch
     * @param count how many candidates are chosen for each row; all where V is smaller
     */
    HostChoice(boolean ofLogits, int vocabularySize, int rows, int count) {
        this.ofLogits = ofLogits;
        this.vocabularySize = vocabularySize;
        this.count = Math.min(count, vocabularySize);
        tokens = new int[rows * this.count];
        scores = new float[tokens.length];
        logProbs = new float[tokens.length];
    }

    /** Refuses ids that no token of the vocabulary has, before a processor looks for their scores. */
    static void requireInVocabulary(GenerationConfig config, int vocabularySize) {
        Stream.of(
                        config.endIds().stream(),
                        config.suppressed().stream(),
                        config.tokenBias().keySet().stream(),
                        config.badWords().stream().flatMap(List::stream),
                        config.requiredPhrases().stream()
                                .flatMap(phrase -> phrase.alternatives().stream())
                                .flatMap(List::stream),
                        Stream.of(config.firstId(), config.lastId()).filter(id -> id >= 0))
                .flatMap(ids -> ids)
                .filter(id -> id < 0 || id >= vocabularySize)
                .findFirst()
                .ifPresent(id -> {
                    throw new IllegalArgumentException("GenerationConfig: ids of tokens must be in [0, "
                            + vocabularySize
                            + "), got " + id + " among endIds " + new TreeSet<>(config.endIds()) + ", suppressed "
                            + config.suppressed() + ", tokenBias "
                            + config.tokenBias().keySet() + ", badWords " + config.badWords() + ", requiredPhrases "
                            + config.requiredPhrases() + ", firstId "
                            + config.firstId() + " and lastId " + config.lastId());
                });
    }

    /**
     * Chooses for one row.
     *
     * @param logits (rows, V), row after row; left as they are
     * @param sequence what the row has so far
     */
    void choose(float[] logits, int row, int[] sequence, List<ScoresProcessor> processors) {
        int from = row * vocabularySize;
        double normaliser = logSumExp(logits, from, vocabularySize);
        float[] ranked = new float[vocabularySize];
        for (int token = 0; token < vocabularySize; token++) {
            float logit = logits[from + token];
            ranked[token] = ofLogits ? logit : (float) (logit - normaliser);
        }
        processors.forEach(processor -> processor.process(sequence, ranked));
        int base = row * count;
        Candidates.top(ranked, 0, vocabularySize, tokens, scores, base, count);
        for (int rank = base; rank < base + count; rank++) {
            logProbs[rank] = (float) (logits[from + tokens[rank]] - normaliser);
        }
    }

    /**
     * What the logits of a row are less their log-probabilities.
     *
     * @throws IllegalStateException if one is no number
     */
    static double logSumExp(float[] logits, int from, int vocabularySize) {
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

    Candidates candidates() {
        return new Candidates(count, tokens, scores, logProbs);
    }
}
