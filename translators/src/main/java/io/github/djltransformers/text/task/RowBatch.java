package io.github.djltransformers.text.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.github.djltransformers.ops.HostArrays;
import io.github.djltransformers.text.tokenizer.TokenizedText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of tokens that a model reads side by side, each filled up to the longest. */
final class RowBatch {
    private final List<TokenizedText> rows;
    private final int length;

    RowBatch(List<TokenizedText> rows) {
        this.rows = rows;
        length = rows.stream().mapToInt(TokenizedText::length).max().orElse(0);
    }

    List<TokenizedText> rows() {
        return rows;
    }

    /** The length of all rows, padding included. */
    int length() {
        return length;
    }

    /**
     * The inputs of a model.
     *
     * @param names of its inputs, which tell whether it has types of tokens and whether a decoder reads the text again
     */
    NDList inputs(NDManager manager, List<String> names, RowFormat format) {
        Shape shape = new Shape(rows.size(), length);
        long[] ids = new long[rows.size() * length];
        long[] types = new long[ids.length];
        boolean[] keep = new boolean[ids.length];
        Arrays.fill(ids, Math.max(0, format.paddingId()));
        for (int row = 0; row < rows.size(); row++) {
            int[] rowIds = rows.get(row).ids();
            int[] rowTypes = rows.get(row).types();
            for (int i = 0; i < rowIds.length; i++) {
                ids[row * length + i] = rowIds[i];
                types[row * length + i] = rowTypes[i];
                keep[row * length + i] = true;
            }
        }
        NDList inputs = new NDList(
                HostArrays.of(manager, ids, shape), HostArrays.of(manager, keep, new Shape(rows.size(), 1, 1, length)));
        if (names.contains("tokenTypes?")) {
            inputs.add(HostArrays.of(manager, types, shape));
        } else if (names.contains("targetIds")) {
            inputs.add(HostArrays.of(manager, shifted(ids, format.startId()), shape));
        }
        return inputs;
    }

    /** What a decoder reads that has the whole text in view: a start token, and each token but the last. */
    private long[] shifted(long[] ids, int startId) {
        long[] shifted = new long[ids.length];
        for (int i = 0; i < ids.length; i++) {
            shifted[i] = i % length == 0 ? startId : ids[i - 1];
        }
        return shifted;
    }

    /** The numbers of each row in an output (B, ...), those of padding behind the others where it has an axis of tokens. */
    List<float[]> perRow(NDArray output) {
        float[] all = output.toFloatArray();
        int size = all.length / rows.size();
        List<float[]> split = new ArrayList<>();
        for (int row = 0; row < rows.size(); row++) {
            split.add(Arrays.copyOfRange(all, row * size, (row + 1) * size));
        }
        return split;
    }
}
