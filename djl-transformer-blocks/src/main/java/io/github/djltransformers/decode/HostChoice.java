package io.github.djltransformers.decode;

import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Chooses candidates outside of a model's program, where processors have a say: of the best that the program found, or of all that
 * it knows. Greedy search ranks processed logits, beam search processed log-probabilities, which are not normalised again, as Hugging
 * Face's {@code generate} does.
 */
final class HostChoice {
    private final boolean ofLogits;
    private final int vocabularySize;
    private final int count;
    private final int[] tokens;
    private final float[] scores;
    private final float[] logProbs;
    private final float[] normalisers;

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
        normalisers = new float[rows];
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
     * Chooses for one row among candidates that were found, if no other token can be better: none that was not found has more than the
     * last of them, whatever is lowered.
     *
     * @param found more than are chosen, or all
     * @return whether it is so; if not, nothing is chosen
     */
    boolean rank(Candidates found, int row, RowChanges changes) {
        int size = found.count();
        float[] own = new float[size];
        for (int rank = 0; rank < size; rank++) {
            float score = ofLogits ? found.logit(row, rank) : found.logProb(row, rank);
            own[rank] = changes.of(found.token(row, rank), score);
        }
        int[] ranks = IntStream.range(0, size)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(rank -> -own[rank])
                        .thenComparing(rank -> found.token(row, rank)))
                .mapToInt(Integer::intValue)
                .toArray();
        float rest = ofLogits ? found.logit(row, size - 1) : found.logProb(row, size - 1);
        if (size < vocabularySize && !(own[ranks[count - 1]] > rest)) {
            return false;
        }
        for (int rank = 0; rank < count; rank++) {
            int at = row * count + rank;
            tokens[at] = found.token(row, ranks[rank]);
            scores[at] = own[ranks[rank]];
            logProbs[at] = found.logProb(row, ranks[rank]);
        }
        normalisers[row] = found.normaliser(row);
        return true;
    }

    /**
     * Chooses for one row among all tokens.
     *
     * @param sequence what the row has so far
     */
    void choose(VocabularyScores all, int row, int[] sequence, List<ScoresProcessor> processors) {
        float[] unchanged = all.logProbs(row);
        float normaliser = all.normaliser(row);
        float more = ofLogits ? normaliser : 0;
        float[] ranked = new float[vocabularySize];
        for (int token = 0; token < vocabularySize; token++) {
            ranked[token] = unchanged[token] + more;
        }
        processors.forEach(processor -> processor.process(sequence, ranked));
        int base = row * count;
        Candidates.top(ranked, 0, vocabularySize, tokens, scores, base, count);
        for (int rank = base; rank < base + count; rank++) {
            logProbs[rank] = unchanged[tokens[rank]];
        }
        normalisers[row] = normaliser;
    }

    Candidates candidates() {
        return new Candidates(count, tokens, scores, logProbs, normalisers);
    }
}
