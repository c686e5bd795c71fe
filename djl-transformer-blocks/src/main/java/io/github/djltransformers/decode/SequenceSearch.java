package io.github.djltransformers.decode;

import java.util.List;

/** A way to choose the tokens that a model writes. */
public interface SequenceSearch {
    /**
     * Writes a sequence for each input. What one input gets does not depend on the others.
     *
     * @param batch fresh, one row for each input; its rows are used up, and the caller closes it
     * @return for each input its sequences, best first
     */
    List<List<Hypothesis>> search(DecodingBatch batch);

    /** Greedy search for one beam, beam search for more. */
    static SequenceSearch of(GenerationConfig config) {
        return config.beams() == 1 ? new GreedySearch(config) : new BeamSearch(config);
    }
}
