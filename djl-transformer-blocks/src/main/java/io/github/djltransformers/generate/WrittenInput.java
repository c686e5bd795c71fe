package io.github.djltransformers.generate;

import java.util.List;

/** One input in the middle of being written for, with one row or several of the batch. */
interface WrittenInput {
    /** How many rows it has now. */
    int rows();

    /**
     * Goes a token further.
     *
     * @param logits of each of its rows
     * @return for each row it goes on with, from which of the present ones that comes and its new token; none where it is
     *     done
     */
    List<int[]> step(float[][] logits);

    /** What was written, best first. */
    List<GeneratedSequence> results();
}
