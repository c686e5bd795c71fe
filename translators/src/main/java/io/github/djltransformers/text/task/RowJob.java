package io.github.djltransformers.text.task;

import ai.djl.ndarray.NDManager;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.text.tokenizer.TokenizedText;
import java.util.ArrayList;
import java.util.List;

/** A task that reads each input as rows, with what runs them: those of all inputs together. */
record RowJob<E, R>(TextTask<E, R> task, RowRunner runner) implements TextJob<E, List<TokenizedText>, R> {
    @Override
    public List<TokenizedText> prepare(E input) throws TranslateException {
        return task.rows(input);
    }

    @Override
    public List<R> run(TransformerBlock block, NDManager manager, List<E> inputs, List<List<TokenizedText>> prepared) {
        List<float[][]> numbers = runner.run(
                block, manager, prepared.stream().flatMap(List::stream).toList(), task::numbers);
        List<R> results = new ArrayList<>();
        int row = 0;
        for (int i = 0; i < inputs.size(); i++) {
            List<TokenizedText> rows = prepared.get(i);
            results.add(task.result(inputs.get(i), rows, numbers.subList(row, row + rows.size())));
            row += rows.size();
        }
        return results;
    }
}
