package io.github.djltransformers.decode;

import java.util.Arrays;
import java.util.List;

/** What a next token is drawn from, as probabilities of the whole vocabulary; with greedy search all of one token. */
final class TokenChoice {
    private final GenerationConfig config;
    private final List<ScoresProcessor> processors;
    private final int vocabularySize;

    TokenChoice(GenerationConfig config, List<ScoresProcessor> processors, int vocabularySize) {
        this.config = config;
        this.processors = processors;
        this.vocabularySize = vocabularySize;
        HostChoice.requireInVocabulary(config, vocabularySize);
    }

    /**
     * The probabilities of what may follow.
     *
     * @param sequence the prompt and what was written before the row
     */
    double[] shares(VocabularyScores all, int row, int... sequence) {
        VocabularyScores scores = VocabularyScores.of(all.logProbs(row), all.normaliser(row));
        Sampling sampling = config.sampling();
        int count = sampling == null ? 1 : sampling.topK() > 0 ? sampling.topK() : vocabularySize;
        HostChoice choice = new HostChoice(true, vocabularySize, 1, count);
        choice.choose(scores, 0, sequence, processors);
        Candidates candidates = choice.candidates();
        double[] shares = new double[vocabularySize];
        if (sampling == null) {
            shares[candidates.token(0, 0)] = 1;
        } else {
            TokenDistribution distribution = new TokenDistribution(candidates, 0, sampling);
            for (int rank = 0; rank < candidates.count(); rank++) {
                shares[candidates.token(0, rank)] = distribution.probability(rank);
            }
        }
        return shares;
    }

    /**
     * The token that a number draws.
     *
     * @param shares that add up to any positive number
     * @param uniform in [0, 1)
     */
    static int draw(double[] shares, double uniform) {
        double left = uniform * Arrays.stream(shares).sum();
        int last = -1;
        for (int token = 0; token < shares.length; token++) {
            if (shares[token] > 0) {
                last = token;
                left -= shares[token];
                if (left < 0) {
                    return token;
                }
            }
        }
        return last; // the sum was rounded
    }

    static int[] append(int[] sequence, int token) {
        int[] longer = Arrays.copyOf(sequence, sequence.length + 1);
        longer[sequence.length] = token;
        return longer;
    }
}
