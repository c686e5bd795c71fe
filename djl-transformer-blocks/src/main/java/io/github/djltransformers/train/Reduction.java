package io.github.djltransformers.train;

/** How the losses of single targets become the loss of a batch. */
public enum Reduction {
    /** The sum over kept targets divided by their number, or by the sum of their class weights where there are any. */
    MEAN,
    /** The sum over kept targets: what gradients of several micro-batches are accumulated from. */
    SUM,
    /** One loss for each target, in the shape of the labels; 0 where a target is ignored. */
    NONE
}
