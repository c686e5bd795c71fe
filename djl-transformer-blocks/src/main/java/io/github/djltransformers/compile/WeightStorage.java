package io.github.djltransformers.compile;

/** Where a compiled program has the weights of its float32 linear maps. */
public enum WeightStorage {
    /** In the block's parameters: no memory of its own, and a changed value is seen at once. */
    SHARED,
    /**
     * Also in the engine's own order, projections of one input side by side: faster for few rows, and for small models,
     * for a second copy of the weights. Made again when a parameter has changed. Engines without such an order share.
     */
    PACKED
}
