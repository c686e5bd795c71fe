package io.github.djltransformers.decode;

import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.model.GenerativeModel;

/**
 * A model in the middle of writing: a batch of sequences and the state (caches) it keeps of them. A search sees nothing
 * else of a model, so that eager blocks, compiled programs and tests are decoded alike.
 *
 * <p>A batch begins with one row for each input and no token. It is used by one thread, and useless after an exception.
 */
public interface DecodingBatch extends AutoCloseable {
    /**
     * Reads the inputs, by the model's own execution where it has one, else eagerly.
     *
     * @param inputs as {@link EagerDecodingBatch#open} takes them
     * @return a batch of one row for each input; the caller closes it
     */
    static DecodingBatch open(
            GenerativeModel model, ParameterStore parameterStore, NDManager manager, TokenRows inputs) {
        return model instanceof TransformerBlock block && block.execution() instanceof DecodingExecution execution
                ? execution.open(parameterStore, manager, inputs)
                : EagerDecodingBatch.open(model, parameterStore, manager, inputs);
    }

    /** The number of rows now. */
    int rows();

    /** V, the number of tokens that the model knows. */
    int vocabularySize();

    /** How many more tokens of each row the model can read. */
    int room();

    /**
     * Reads one token of each row and predicts the next.
     *
     * @param tokens one id for each row
     * @param count how many candidates are wanted of each row; fewer come only where the vocabulary is smaller
     */
    Candidates advance(int[] tokens, int count);

    /**
     * What the model makes of every token of the vocabulary after those that were read last, for choices that are made outside of
     * its program. Asked for between a step and what comes next.
     *
     * @throws IllegalStateException if none were read since the batch began or its rows moved
     */
    VocabularyScores scores();

    /**
     * Forgets the last tokens of all rows. Where caches forget old tokens, those that were read last and together can be, no others.
     *
     * @param count how many, 0 for none
     */
    void rewind(int count);

    /**
     * Goes on with these rows in this order; a row may come several times, or not at all.
     *
     * @param rows indices of present rows, at least one
     */
    void select(int[] rows);

    /** Frees the state. */
    @Override
    void close();
}
