package io.github.djltransformers.text.data;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.djltransformers.ops.HostArrays;
import java.util.Arrays;
import java.util.List;

/**
 * Sentence pairs side by side, in Java arrays: row-major, padded at the end of each row. B rows, S source positions, T
 * target positions.
 */
public final class TokenBatch {
    private final int rows;
    private final int sourceLength;
    private final int targetLength;
    private final long[] sourceIds;
    private final boolean[] sourceKeep;
    private final long[] targetIds;
    private final long[] labelIds;
    private long sourceTokens;
    private long targetTokens;

    private TokenBatch(int rows, int sourceLength, int targetLength, int padding) {
        this.rows = rows;
        this.sourceLength = sourceLength;
        this.targetLength = targetLength;
        sourceIds = filled(rows * sourceLength, padding);
        sourceKeep = new boolean[rows * sourceLength];
        targetIds = filled(rows * targetLength, padding);
        labelIds = filled(rows * targetLength, padding);
    }

    /**
     * Puts pairs side by side. A source row is the source and the end id; a target row the start id and the target; a
     * label row the target and the end id.
     *
     * @param pairs the pairs, one for each row
     * @param markers the ids of padding, start and end
     * @return the batch
     * @throws IllegalArgumentException if there is no pair
     */
    public static TokenBatch of(List<TokenizedPair> pairs, SequenceMarkers markers) {
        if (pairs.isEmpty()) {
            throw new IllegalArgumentException("TokenBatch: pairs must have at least 1 element, got none");
        }
        int sourceLength =
                pairs.stream().mapToInt(TokenizedPair::sourceLength).max().orElseThrow();
        int targetLength =
                pairs.stream().mapToInt(TokenizedPair::targetLength).max().orElseThrow();
        TokenBatch batch = new TokenBatch(pairs.size(), sourceLength, targetLength, markers.padding());
        for (int row = 0; row < batch.rows; row++) {
            batch.put(row, pairs.get(row), markers);
        }
        return batch;
    }

    private void put(int row, TokenizedPair pair, SequenceMarkers markers) {
        int source = row * sourceLength;
        int sourceEnd = source + pair.sourceLength();
        pair.copySource(sourceIds, source);
        sourceIds[sourceEnd - 1] = markers.end();
        Arrays.fill(sourceKeep, source, sourceEnd, true);
        sourceTokens += pair.sourceLength();

        int target = row * targetLength;
        targetIds[target] = markers.start();
        pair.copyTarget(targetIds, target + 1);
        pair.copyTarget(labelIds, target);
        labelIds[target + pair.targetLength() - 1] = markers.end();
        targetTokens += pair.targetLength();
    }

    private static long[] filled(int size, int padding) {
        long[] ids = new long[size];
        Arrays.fill(ids, padding);
        return ids;
    }

    /**
     * Returns the number of pairs.
     *
     * @return B
     */
    public int rows() {
        return rows;
    }

    /**
     * Returns the padded length of the sources.
     *
     * @return S
     */
    public int sourceLength() {
        return sourceLength;
    }

    /**
     * Returns the padded length of the targets.
     *
     * @return T
     */
    public int targetLength() {
        return targetLength;
    }

    /**
     * Returns how many source positions are not padding.
     *
     * @return the number of source tokens, end tokens included
     */
    public long sourceTokens() {
        return sourceTokens;
    }

    /**
     * Returns how many target positions are not padding: what a loss is to be averaged over.
     *
     * @return the number of labels, end tokens included
     */
    public long targetTokens() {
        return targetTokens;
    }

    /**
     * Returns the encoder's input.
     *
     * @return a copy, (B, S) row-major
     */
    public long[] sourceIds() {
        return sourceIds.clone();
    }

    /**
     * Returns the decoder's input.
     *
     * @return a copy, (B, T) row-major
     */
    public long[] targetIds() {
        return targetIds.clone();
    }

    /**
     * Returns what the decoder is to predict.
     *
     * @return a copy, (B, T) row-major
     */
    public long[] labelIds() {
        return labelIds.clone();
    }

    /**
     * Makes the model's input: source ids (B, S) INT64, source keep mask (B, 1, 1, S) BOOLEAN with true at every
     * position that is not padding, target ids (B, T) INT64.
     *
     * @param manager the manager that owns the arrays
     * @return the three arrays
     */
    public NDList data(NDManager manager) {
        NDArray source = HostArrays.of(manager, sourceIds, new Shape(rows, sourceLength));
        source.setName("sourceIds");
        NDArray keep = HostArrays.of(manager, sourceKeep, new Shape(rows, 1, 1, sourceLength));
        keep.setName("sourceKeepMask");
        NDArray target = HostArrays.of(manager, targetIds, new Shape(rows, targetLength));
        target.setName("targetIds");
        return new NDList(source, keep, target);
    }

    /**
     * Makes the labels: label ids (B, T) INT64, the padding id where there is nothing to predict.
     *
     * @param manager the manager that owns the array
     * @return the one array
     */
    public NDList labels(NDManager manager) {
        NDArray labels = HostArrays.of(manager, labelIds, new Shape(rows, targetLength));
        labels.setName("labelIds");
        return new NDList(labels);
    }
}
