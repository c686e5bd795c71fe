package io.github.djltransformers.decode;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Draws tokens until they end the sequence, for several samples of one input side by side. */
final class SamplingSearch implements SequenceSearch {
    private final GenerationConfig config;
    private final Sampling sampling;
    private final int[] prompt;
    private final List<Sample> samples = new ArrayList<>();
    private List<Sample> unfinished;
    private boolean begun;

    private static final class Sample {
        private final Random random;
        private TokenChain written;
        private int row;

        Sample(Random random) {
            this.random = random;
        }
    }

    SamplingSearch(GenerationConfig config, int[] prompt) {
        this.config = config;
        this.prompt = prompt;
        sampling = config.sampling();
        sampling.randoms(config.nBest()).forEach(random -> samples.add(new Sample(random)));
        unfinished = samples;
    }

    /** All samples begin in one row. */
    @Override
    public int rows() {
        return begun ? unfinished.size() : 1;
    }

    @Override
    public int candidates() {
        return sampling.topK() > 0 ? sampling.topK() : Integer.MAX_VALUE;
    }

    @Override
    public int[] sequence(int row) {
        return TokenChain.tokens(prompt, unfinished.get(row).written);
    }

    @Override
    public List<Continuation> step(Candidates candidates, int firstRow) {
        TokenDistribution shared = begun ? null : new TokenDistribution(candidates, firstRow, sampling);
        for (int i = 0; i < unfinished.size(); i++) {
            Sample sample = unfinished.get(i);
            sample.row = begun ? firstRow + i : firstRow;
            TokenDistribution own = begun ? new TokenDistribution(candidates, sample.row, sampling) : shared;
            int rank = own.draw(sample.random.nextDouble());
            sample.written = TokenChain.append(
                    sample.written, candidates.token(sample.row, rank), candidates.logProb(sample.row, rank));
        }
        begun = true;
        unfinished = unfinished.stream()
                .filter(sample -> !config.ends(sample.written.token(), sample.written.length()))
                .toList();
        return unfinished.stream()
                .map(sample -> new Continuation(sample.row, sample.written.token()))
                .toList();
    }

    @Override
    public List<GeneratedSequence> results() {
        return samples.stream()
                .filter(sample -> sample.written != null)
                .map(sample -> config.finished(sample.written))
                .toList();
    }
}
