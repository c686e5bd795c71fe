package io.github.djltransformers.text.data;

import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;

/** The batches of one epoch in their order. A batch's arrays are built when it is asked for. */
public final class EpochBatches {
    private final List<TokenizedPair> pairs;
    private final int[][] batches;
    private final SequenceMarkers markers;

    EpochBatches(List<TokenizedPair> pairs, int[][] batches, SequenceMarkers markers) {
        this.pairs = pairs;
        this.batches = batches;
        this.markers = markers;
    }

    /**
     * Returns how many batches the epoch has.
     *
     * @return the number of batches
     */
    public int size() {
        return batches.length;
    }

    /**
     * Builds a batch.
     *
     * @param index the number of the batch, from 0
     * @return the batch
     * @throws IllegalArgumentException if the epoch has no such batch
     */
    public TokenBatch batch(int index) {
        if (index < 0 || index >= batches.length) {
            throw new IllegalArgumentException(
                    "EpochBatches: index must be within 0 and " + (batches.length - 1) + ", got " + index);
        }
        return TokenBatch.of(IntStream.of(batches[index]).mapToObj(pairs::get).toList(), markers);
    }

    /**
     * Iterates over the batches from one on: 0 for the whole epoch, or the batch that was next when a run stopped.
     *
     * @param next the number of the first batch, at most {@link #size}
     * @return the batches
     * @throws IllegalArgumentException if the number is negative or above the size
     */
    public Iterator<TokenBatch> from(int next) {
        if (next < 0 || next > batches.length) {
            throw new IllegalArgumentException(
                    "EpochBatches: next must be within 0 and " + batches.length + ", got " + next);
        }
        return IntStream.range(next, batches.length).mapToObj(this::batch).iterator();
    }
}
