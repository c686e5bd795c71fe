package io.github.djltransformers.generate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Beam search for one input. Processors change log-probabilities, which are not normalised again. Of the best
 * {@code max(2, 1 + end tokens) K} extensions those among the first K that end are finished, and the first K that do not are
 * written on.
 */
final class BeamInput implements WrittenInput {
    private final GenerationRules rules;
    private final List<ScoresProcessor> processors;
    private final int promptLength;
    private final List<GeneratedSequence> finished = new ArrayList<>(); // best first, at most K
    private List<Beam> running;

    private record Beam(int[] sequence, double score, int row) {}

    BeamInput(GenerationRules rules, int[] prompt) {
        this.rules = rules;
        promptLength = prompt.length;
        processors = rules.processors(promptLength);
        running = List.of(new Beam(prompt, 0, 0));
    }

    @Override
    public int rows() {
        return running.size();
    }

    @Override
    public List<int[]> step(float[][] logits) {
        int beams = rules.beams();
        int length = running.get(0).sequence().length + 1 - promptLength;
        List<Beam> next = new ArrayList<>();
        int rank = 0;
        for (Beam extension : extensions(logits)) {
            int token = extension.sequence()[extension.sequence().length - 1];
            if (rules.ends(token, length)) {
                if (rank < beams) {
                    finish(extension, length);
                }
            } else if (next.size() < beams) {
                next.add(extension);
            }
            rank++;
        }
        running = next;
        if (done(length)) {
            return List.of();
        }
        return running.stream()
                .map(beam -> new int[] {beam.row(), beam.sequence()[beam.sequence().length - 1]})
                .toList();
    }

    private List<Beam> extensions(float[][] logits) {
        int wanted = Math.max(2, 1 + rules.endIds().size()) * rules.beams();
        List<Beam> best = new ArrayList<>();
        for (int row = 0; row < logits.length; row++) {
            Beam beam = running.get(row);
            double[] logProbs = Generation.logSoftmax(logits[row]);
            float[] scores = new float[logProbs.length];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = (float) logProbs[i];
            }
            processors.forEach(processor -> processor.process(beam.sequence(), scores));
            for (int token = 0; token < scores.length; token++) {
                double score = beam.score() + scores[token];
                if (score > Double.NEGATIVE_INFINITY
                        && (best.size() < wanted
                                || score > best.get(best.size() - 1).score())) {
                    int[] sequence = Arrays.copyOf(beam.sequence(), beam.sequence().length + 1);
                    sequence[sequence.length - 1] = token;
                    insert(best, new Beam(sequence, score, row), wanted);
                }
            }
        }
        return best;
    }

    private static void insert(List<Beam> best, Beam beam, int wanted) {
        int at = best.size();
        while (at > 0 && best.get(at - 1).score() < beam.score()) {
            at--;
        }
        best.add(at, beam);
        if (best.size() > wanted) {
            best.remove(wanted);
        }
    }

    private void finish(Beam beam, int length) {
        if (rules.earlyStopping() == EarlyStopping.ALWAYS && finished.size() == rules.beams()) {
            return;
        }
        int[] tokens = Arrays.copyOfRange(beam.sequence(), promptLength, beam.sequence().length);
        boolean ended = rules.endIds().contains(tokens[tokens.length - 1]);
        finished.add(new GeneratedSequence(tokens, scored(beam.score(), length), Double.NaN, ended));
        finished.sort(Comparator.comparingDouble(GeneratedSequence::score).reversed());
        if (finished.size() > rules.beams()) {
            finished.remove(rules.beams());
        }
    }

    private double scored(double score, int length) {
        return score / Math.pow(length, rules.lengthPenalty());
    }

    private boolean done(int length) {
        if (running.isEmpty()) {
            return true;
        }
        if (finished.size() < rules.beams()) {
            return false;
        }
        if (rules.earlyStopping() == EarlyStopping.ALWAYS) {
            return true;
        }
        boolean longest = rules.earlyStopping() == EarlyStopping.NEVER && rules.lengthPenalty() > 0;
        double hope = scored(running.get(0).score(), longest ? rules.maxNewTokens() : length);
        return hope <= finished.get(rules.beams() - 1).score();
    }

    @Override
    public List<GeneratedSequence> results() {
        return List.copyOf(finished.subList(0, Math.min(rules.returned(), finished.size())));
    }
}
