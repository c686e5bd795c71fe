package io.github.djltransformers.decode;

import ai.djl.inference.streaming.StreamingBlock;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.djltransformers.block.TransformerBlock;
import io.github.djltransformers.model.GenerativeModel;
import java.util.Iterator;

/**
 * A model that writes, as DJL's streaming block, which a predictor must have to stream. Forward is the model's; as a stream it
 * gives one array after another: ids (B, 1) INT64, the likeliest token after those before, operation by operation, without an
 * end but for what the model can read. Searches and compiled programs are {@link Generation}'s matter.
 */
public final class StreamingWriter extends AbstractBlock implements StreamingBlock {
    private final TransformerBlock model;

    /**
     * @param model a {@link GenerativeModel}
     */
    @SuppressWarnings("this-escape")
    public StreamingWriter(TransformerBlock model) {
        if (!(model instanceof GenerativeModel)) {
            throw new IllegalArgumentException("StreamingWriter: model must be generative, got " + model.name());
        }
        this.model = addChildBlock("model", model);
    }

    /** The model itself. */
    public TransformerBlock model() {
        return model;
    }

    @Override
    protected NDList forwardInternal(
            ParameterStore parameterStore, NDList inputs, boolean training, PairList<String, Object> params) {
        return model.forward(parameterStore, inputs, training, params);
    }

    /**
     * Writes greedily, a token for each array that is asked for.
     *
     * @param inputs ids (B, S) and a keepMask (B, 1, 1, S), padded as {@link GenerativeModel#begin} takes them; for a model
     *     that reads sources, these are the sources', and ids (B, 1), the start tokens, follow. The arrays that come are the
     *     inputs' manager's, which also keeps the caches
     */
    @Override
    public Iterator<NDList> forwardStreamIter(
            ParameterStore parameterStore, NDList inputs, boolean training, PairList<String, Object> params) {
        return new LikeliestTokens((GenerativeModel) model, parameterStore, inputs);
    }

    @Override
    public Shape[] getOutputShapes(Shape[] inputShapes) {
        return model.getOutputShapes(inputShapes);
    }

    @Override
    protected void initializeChildBlocks(NDManager manager, DataType dataType, Shape... inputShapes) {
        model.initialize(manager, dataType, inputShapes);
    }
}
