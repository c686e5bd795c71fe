package io.github.djltransformers.decode;

import java.util.ArrayList;
import java.util.List;

/** The best K finished sequences of a beam search, and whether better ones are expected. */
final class FinishedBeams {
    private final GenerationConfig config;
    private final List<GeneratedSequence> finished = new ArrayList<>(); // best first, at most K

    FinishedBeams(GenerationConfig config) {
        this.config = config;
    }

    void add(GeneratedSequence sequence) {
        if (config.earlyStopping() == EarlyStopping.ALWAYS && finished.size() == config.beams()) {
            return;
        }
        int at = finished.size();
        while (at > 0 && finished.get(at - 1).score() < sequence.score()) {
            at--;
        }
        finished.add(at, sequence);
        if (finished.size() > config.beams()) {
            finished.remove(config.beams());
        }
    }

    /**
     * Whether there are K, and no unfinished one is expected to become better.
     *
     * @param score the sum of the best unfinished one
     * @param length its tokens
     */
    boolean suffice(double score, int length) {
        if (finished.size() < config.beams()) {
            return false;
        }
        if (config.earlyStopping() == EarlyStopping.ALWAYS) {
            return true;
        }
        boolean longest = config.earlyStopping() == EarlyStopping.NEVER && config.lengthPenalty() > 0;
        return finished.get(config.beams() - 1).score()
                >= config.normalised(score, longest ? config.maxNewTokens() : length);
    }

    /** As many as are asked for, best first. */
    List<GeneratedSequence> best() {
        return List.copyOf(finished.subList(0, Math.min(config.nBest(), finished.size())));
    }
}
