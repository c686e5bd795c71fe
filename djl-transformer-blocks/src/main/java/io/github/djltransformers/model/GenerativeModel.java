package io.github.djltransformers.model;

import ai.djl.inference.streaming.StreamingBlock;
import ai.djl.ndarray.NDList;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.djltransformers.ops.TensorOps;
import java.util.Iterator;

/**
 * A model that writes a sequence token by token. It says what it reads first, how it goes on and what its caches look like;
 * eager and compiled decoding need nothing else of it.
 *
 * <p>As DJL's streaming block it gives one array after another: ids (B, 1) INT64, the likeliest token after those before,
 * without an end but for what the model can read, operation by operation. Searches, compiled programs and texts are not its
 * matter.
 */
public interface GenerativeModel extends StreamingBlock {
    /** The shape of the model. */
    TransformerConfig config();

    /** Whether it reads a source before it writes; if not, it reads the beginning of what it writes. */
    boolean readsSource();

    /** What it keeps of the tokens it has read. */
    default CacheLayout cacheLayout() {
        return CacheLayout.of(config().decoder());
    }

    /**
     * Reads the source, or the beginning.
     *
     * @param ids (B, S); the shorter sources padded behind their end, the shorter beginnings before their first token
     * @param keepMask (B, 1, 1, S) BOOLEAN, or null where nothing is padded
     * @return the state from which {@link #decode} goes on
     */
    <T> DecoderState<T> begin(TensorOps<T> ops, T ids, T keepMask);

    /**
     * Reads tokens and predicts the next.
     *
     * @param ids (B, T), those after the tokens that the state has
     * @param state that of {@link #begin}, or of the step before
     */
    <T> DecoderOutput<T> decode(TensorOps<T> ops, T ids, DecoderState<T> state);

    /**
     * Writes greedily, a token for each array that is asked for.
     *
     * @param inputs ids (B, S) and a keepMask (B, 1, 1, S), padded as {@link #begin} takes them; for a model that reads
     *     sources, these are the sources', and ids (B, 1), the start tokens, follow. The arrays that come are the inputs'
     *     manager's, which also keeps the caches
     * @param training must be false
     */
    @Override
    default Iterator<NDList> forwardStreamIter(
            ParameterStore parameterStore, NDList inputs, boolean training, PairList<String, Object> params) {
        return new LikeliestTokens(this, parameterStore, inputs);
    }
}
