package io.github.djltransformers.generate;

import java.util.Arrays;
import java.util.List;

/** Takes the token of the highest processed score, the lower id among equals. */
final class GreedyInput implements WrittenInput {
    private final GenerationRules rules;
    private final List<ScoresProcessor> processors;
    private final int promptLength;
    private int[] sequence;
    private double logProbability;

    GreedyInput(GenerationRules rules, int[] prompt) {
        this.rules = rules;
        promptLength = prompt.length;
        processors = rules.processors(promptLength);
        sequence = prompt;
    }

    @Override
    public int rows() {
        return 1;
    }

    @Override
    public List<int[]> step(float[][] logits) {
        float[] scores = logits[0].clone();
        processors.forEach(processor -> processor.process(sequence, scores));
        int best = 0;
        for (int token = 1; token < scores.length; token++) {
            best = scores[token] > scores[best] ? token : best;
        }
        logProbability += Generation.logSoftmax(logits[0])[best];
        sequence = Arrays.copyOf(sequence, sequence.length + 1);
        sequence[sequence.length - 1] = best;
        return rules.ends(best, sequence.length - promptLength) ? List.of() : List.of(new int[] {0, best});
    }

    @Override
    public List<GeneratedSequence> results() {
        int[] tokens = Arrays.copyOfRange(sequence, promptLength, sequence.length);
        boolean ended = rules.endIds().contains(tokens[tokens.length - 1]);
        return List.of(new GeneratedSequence(tokens, logProbability, logProbability, ended));
    }
}
