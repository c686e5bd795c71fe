package io.github.djltransformers.text.task;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.text.tokenizer.TokenizedText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Runs a model over any number of rows, in batches of like lengths. Holds no state: one serves many threads. */
final class RowRunner {
    private final RowFormat format;

    RowRunner(RowFormat format) {
        this.format = format;
    }

    /** Takes what is needed of a batch's outputs, which are freed behind it. */
    interface Reader<R> {
        /**
         * @return one result a row, in order
         */
        List<R> read(RowBatch batch, NDList outputs);
    }

    /**
     * Runs the model.
     *
     * @param manager whose device is used
     * @return one result a row, in order
     */
    <R> List<R> run(TransformerBlock block, NDManager manager, List<TokenizedText> rows, Reader<R> reader) {
        List<R> results = new ArrayList<>(Collections.nCopies(rows.size(), null));
        for (int[] places : batches(rows)) {
            RowBatch batch =
                    new RowBatch(Arrays.stream(places).mapToObj(rows::get).toList());
            try (NDManager scratch = manager.newSubManager()) {
                NDList outputs = block.forward(
                        new ParameterStore(scratch, false), batch.inputs(scratch, block.inputs(), format), false);
                outputs.attach(scratch);
                List<R> read = reader.read(batch, outputs);
                for (int i = 0; i < places.length; i++) {
                    results.set(places[i], read.get(i));
                }
            }
        }
        return results;
    }

    /** Longest first, so that a lack of memory shows at once, cut by the number of tokens. */
    private List<int[]> batches(List<TokenizedText> rows) {
        int[] sorted = IntStream.range(0, rows.size())
                .boxed()
                .sorted(Comparator.comparingInt(i -> -rows.get(i).length()))
                .mapToInt(Integer::intValue)
                .toArray();
        List<int[]> batches = new ArrayList<>();
        for (int from = 0; from < sorted.length; ) {
            int longest = rows.get(sorted[from]).length();
            int most = Math.max(1, format.batchTokens() / Math.max(1, longest));
            int to = from + 1;
            while (to < sorted.length
                    && to - from < most
                    && (format.mixedLengths() || rows.get(sorted[to]).length() == longest)) {
                to++;
            }
            batches.add(Arrays.copyOfRange(sorted, from, to));
            from = to;
        }
        return batches;
    }
}
