package io.github.djltransformers.decode;

import java.util.Map;

/** Adds to the scores of tokens. */
record TokenBias(Map<Integer, Double> biases) implements SparseProcessor {
    @Override
    public void changes(int[] sequence, Sink sink) {
        biases.forEach((token, bias) -> sink.change(token, new ScoreChange.Added(bias.floatValue())));
    }
}
