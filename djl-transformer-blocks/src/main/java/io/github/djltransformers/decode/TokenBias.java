package io.github.djltransformers.decode;

import java.util.Map;

/** Adds to the scores of tokens. */
record TokenBias(Map<Integer, Double> biases) implements ScoresProcessor {
    @Override
    public void process(int[] sequence, float[] scores) {
        biases.forEach((token, bias) -> scores[token] += bias.floatValue());
    }
}
