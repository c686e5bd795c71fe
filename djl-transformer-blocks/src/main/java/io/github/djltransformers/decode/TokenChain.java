package io.github.djltransformers.decode;

import java.util.Arrays;

/**
 * The tokens of a sequence, last first, sharing what it has in common with others.
 *
 * @param previous the tokens before, or null
 * @param token the last token
 * @param logProbability that the model gave it
 * @param length the number of tokens
 */
record TokenChain(TokenChain previous, int token, double logProbability, int length) {
    /** A sequence that goes on with a token; the sequence is null when it has none yet. */
    static TokenChain append(TokenChain sequence, int token, double logProbability) {
        return new TokenChain(sequence, token, logProbability, lengthOf(sequence) + 1);
    }

    /** The beginning of a sequence. */
    static TokenChain first(TokenChain sequence, int length) {
        TokenChain chain = sequence;
        while (chain.length > length) {
            chain = chain.previous;
        }
        return chain;
    }

    static int lengthOf(TokenChain sequence) {
        return sequence == null ? 0 : sequence.length;
    }

    /** The log-probability of each token. */
    double[] logProbabilities() {
        double[] each = new double[length];
        for (TokenChain chain = this; chain != null; chain = chain.previous) {
            each[chain.length - 1] = chain.logProbability;
        }
        return each;
    }

    /** The tokens of a prompt and then of a sequence, null for one without any. */
    static int[] tokens(int[] prompt, TokenChain sequence) {
        int[] tokens = Arrays.copyOf(prompt, prompt.length + lengthOf(sequence));
        for (TokenChain chain = sequence; chain != null; chain = chain.previous) {
            tokens[prompt.length + chain.length - 1] = chain.token;
        }
        return tokens;
    }
}
