package io.github.djltransformers.ops;

import ai.djl.ndarray.NDArray;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.List;

/**
 * Computes as {@link NDArrayOps} and keeps what layers gave and what queries attended to, in the order of the computation. An
 * instance is for one application of one block.
 */
public final class RecordingOps extends NDArrayOps {
    private final List<NDArray> layerOutputs = new ArrayList<>();
    private final List<NDArray> attentionWeights = new ArrayList<>();

    /**
     * @param parameterStore where parameter values come from
     */
    public RecordingOps(ParameterStore parameterStore) {
        super(parameterStore, false);
    }

    /** What entered each stack, (B, T, D), followed by what each of its layers gave, the last after the stack's norm. */
    public List<NDArray> layerOutputs() {
        return List.copyOf(layerOutputs);
    }

    /** The weights (B, H, T, S) of each attention; in a decoder's layer those of the source follow the layer's own. */
    public List<NDArray> attentionWeights() {
        return List.copyOf(attentionWeights);
    }

    @Override
    public NDArray layerOutput(NDArray x) {
        layerOutputs.add(x);
        return x;
    }

    @Override
    public NDArray attend(
            NDArray query, NDArray key, NDArray value, AttentionMask<NDArray> mask, ScoreScale scale, float dropout) {
        attentionWeights.add(attentionWeights(query, key, mask, scale));
        return super.attend(query, key, value, mask, scale, dropout);
    }
}
