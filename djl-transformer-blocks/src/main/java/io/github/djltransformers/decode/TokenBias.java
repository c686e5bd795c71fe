package io.github.djltransformers.decode;

import java.util.Map;

/** Adds to the scores of tokens. */
record TokenBias(Map<Integer, Double> biases) implements AddingProcessor {
    @Override
    public void additions(int[] sequence, Sink sink) {
        biases.forEach((token, bias) -> sink.add(token, bias.floatValue()));
    }
}
