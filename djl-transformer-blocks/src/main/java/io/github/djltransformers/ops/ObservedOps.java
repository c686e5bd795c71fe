package io.github.djltransformers.ops;

import ai.djl.ndarray.NDArray;
import ai.djl.training.ParameterStore;
import java.util.ArrayList;
import java.util.List;

/** Computes as {@link NDArrayOps}, and keeps what every attention looks at, in the order of computation. */
public final class ObservedOps extends NDArrayOps {
    private final List<NDArray> attention = new ArrayList<>();

    /**
     * @param parameterStore where parameter values come from
     */
    public ObservedOps(ParameterStore parameterStore) {
        super(parameterStore, false);
    }

    @Override
    public NDArray attend(
            NDArray query, NDArray key, NDArray value, AttentionMask<NDArray> mask, ScoreScale scale, float dropout) {
        NDArray weights = attentionWeights(query, key, mask, scale);
        attention.add(weights);
        return weights.matMul(shared(value, query));
    }

    /** The weights (B, H, T, S) of each attention so far; each belongs to the manager of its query. */
    public List<NDArray> attention() {
        return List.copyOf(attention);
    }
}
