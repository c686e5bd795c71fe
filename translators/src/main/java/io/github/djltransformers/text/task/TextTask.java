package io.github.djltransformers.text.task;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.text.tokenizer.TokenizedText;
import java.util.ArrayList;
import java.util.List;

/**
 * What a model is used for: how it reads an input, and what its numbers say of it.
 *
 * @param <I> what comes in
 * @param <O> what is made of it
 */
interface TextTask<I, O> {
    /**
     * What the model reads for an input: one row, or several, such as the windows of a long text.
     *
     * @throws TranslateException if the input breaks a rule, naming it
     */
    List<TokenizedText> rows(I input) throws TranslateException;

    /** What is taken of a batch's outputs: for each row an array for each output, the numbers of padding behind others. */
    default List<float[][]> numbers(RowBatch batch, NDList outputs) {
        List<float[][]> rows = new ArrayList<>();
        batch.rows().forEach(row -> rows.add(new float[outputs.size()][]));
        for (int i = 0; i < outputs.size(); i++) {
            NDArray output = outputs.get(i);
            List<float[]> split = batch.perRow(output);
            for (int row = 0; row < split.size(); row++) {
                rows.get(row)[i] = split.get(row);
            }
        }
        return rows;
    }

    /**
     * What the numbers say.
     *
     * @param rows as {@link #rows} gave them
     * @param numbers of each row
     */
    O result(I input, List<TokenizedText> rows, List<float[][]> numbers);
}
