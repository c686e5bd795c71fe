package io.github.djltransformers.text.task;

import ai.djl.ndarray.NDManager;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.text.generate.TextStream;

/**
 * A job that can write its result piece by piece.
 *
 * @param <E> an input
 * @param <P> what a model reads for it
 * @param <R> what is made of it
 */
interface StreamingJob<E, P, R> extends TextJob<E, P, R> {
    /**
     * Begins to write; with beams, which are only known at their end, writes all.
     *
     * @param manager whose device is used; stays open as long as the stream
     * @param closing is called when the stream ends
     */
    TextStream stream(TransformerBlock block, NDManager manager, P prepared, Runnable closing);
}
