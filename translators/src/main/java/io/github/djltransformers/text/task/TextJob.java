package io.github.djltransformers.text.task;

import ai.djl.ndarray.NDManager;
import ai.djl.translate.TranslateException;
import io.github.djltransformers.block.TransformerBlock;
import java.util.List;

/**
 * What a translator does with all inputs that come at once.
 *
 * @param <E> an input
 * @param <P> what a model reads for it
 * @param <R> what is made of it
 */
interface TextJob<E, P, R> {
    /**
     * What the model reads for an input.
     *
     * @throws TranslateException if the input breaks a rule, naming it
     */
    P prepare(E input) throws TranslateException;

    /**
     * Runs the model.
     *
     * @param manager whose device is used
     * @param prepared of each input
     * @return one result an input, in order
     */
    List<R> run(TransformerBlock block, NDManager manager, List<E> inputs, List<P> prepared);
}
