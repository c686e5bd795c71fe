package io.github.djltransformers.decode;

import java.util.List;
import java.util.function.IntUnaryOperator;

/** A way to choose the tokens that a model writes. */
public interface SequenceSearch {
    /**
     * Writes a sequence for each input. What one input gets does not depend on the others.
     *
     * @param batch fresh, one row for each input; its rows are used up, and the caller closes it
     * @return for each input its sequences, best first
     */
    default List<List<Hypothesis>> search(DecodingBatch batch) {
        return search(batch, input -> Integer.MAX_VALUE);
    }

    /**
     * Writes a sequence for each input, as {@link #search(DecodingBatch)} does, with a limit of length for each.
     *
     * @param limit how many new tokens an input may get, at least 1; the configuration's own limit where that is less
     */
    List<List<Hypothesis>> search(DecodingBatch batch, IntUnaryOperator limit);

    /** Greedy search for one beam, beam search for more. */
    static SequenceSearch of(GenerationConfig config) {
        return config.beams() == 1 ? new GreedySearch(config) : new BeamSearch(config);
    }
}
