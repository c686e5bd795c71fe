package io.github.djltransformers.text.task;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.text.data.LengthBatches;
import io.github.djltransformers.text.tokenizer.TokenizedText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

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
        int[] lengths = rows.stream().mapToInt(TokenizedText::length).toArray();
        for (int[] places : LengthBatches.of(lengths, format.batchTokens(), format.mixedLengths())) {
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
}
