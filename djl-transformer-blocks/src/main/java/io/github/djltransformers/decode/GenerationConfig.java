package io.github.djltransformers.decode;

/**
 * How sequences are written.
 *
 * @param beams K, the unfinished sequences kept for each input; 1 is greedy search
 * @param maxNewTokens how long a sequence may grow, the end token included and the start token not
 * @param lengthPenalty the exponent p of {@code score = sum of log-probabilities / n^p}, n counting the new tokens with the
 *     end token: 0 compares sums, 1 means, more favours longer sequences
 * @param nBest how many sequences are returned for each input, at most K
 * @param startId the token a sequence begins with
 * @param endId the token that ends it
 */
public record GenerationConfig(int beams, int maxNewTokens, double lengthPenalty, int nBest, int startId, int endId) {
    public GenerationConfig {
        if (beams < 1 || maxNewTokens < 1) {
            throw new IllegalArgumentException(
                    "GenerationConfig: beams and maxNewTokens must be positive, got " + beams + " and " + maxNewTokens);
        }
        if (!Double.isFinite(lengthPenalty)) {
            throw new IllegalArgumentException("GenerationConfig: lengthPenalty must be finite, got " + lengthPenalty);
        }
        if (nBest < 1 || nBest > beams) {
            throw new IllegalArgumentException(
                    "GenerationConfig: nBest must be in [1, beams = " + beams + "], got " + nBest);
        }
        if (startId < 0 || endId < 0) {
            throw new IllegalArgumentException(
                    "GenerationConfig: startId and endId must be at least 0, got " + startId + " and " + endId);
        }
    }

    /** Greedy search, ranked by the mean log-probability of a token. */
    public static GenerationConfig greedy(int maxNewTokens, int startId, int endId) {
        return beam(1, maxNewTokens, startId, endId);
    }

    /** Beam search for the best sequence by the mean log-probability of a token. */
    public static GenerationConfig beam(int beams, int maxNewTokens, int startId, int endId) {
        return new GenerationConfig(beams, maxNewTokens, 1, 1, startId, endId);
    }

    /** This configuration with another length penalty. */
    public GenerationConfig withLengthPenalty(double penalty) {
        return new GenerationConfig(beams, maxNewTokens, penalty, nBest, startId, endId);
    }

    /** This configuration returning more sequences. */
    public GenerationConfig withNBest(int count) {
        return new GenerationConfig(beams, maxNewTokens, lengthPenalty, count, startId, endId);
    }

    /** This configuration with another limit of length. */
    public GenerationConfig withMaxNewTokens(int limit) {
        return new GenerationConfig(beams, limit, lengthPenalty, nBest, startId, endId);
    }

    /** This configuration with another limit of length where that is less. */
    GenerationConfig withinLimit(int limit) {
        return limit < maxNewTokens ? withMaxNewTokens(limit) : this;
    }

    /** Whether a sequence ends with the token that makes it this long. */
    boolean finishes(int token, int length) {
        return token == endId || length == maxNewTokens;
    }

    /** The result that a sequence becomes. */
    Hypothesis finish(TokenChain sequence, double logProbability) {
        boolean ended = sequence.token() == endId;
        return new Hypothesis(
                TokenChain.tokens(ended ? sequence.previous() : sequence),
                score(logProbability, sequence.length()),
                logProbability,
                ended ? FinishReason.END_TOKEN : FinishReason.LENGTH);
    }

    /** The score of a sequence of this many new tokens. */
    double score(double logProbability, int length) {
        return logProbability / Math.pow(length, lengthPenalty);
    }
}
