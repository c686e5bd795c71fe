package io.github.djltransformers.ops;

import ai.djl.nn.Parameter;

/**
 * The operations a transformer is made of, over some representation {@code T} of a tensor.
 *
 * <p>Operations are semantic ("split heads", "attend") so that an interpreter never has to guess what a block means.
 * Dimensions: B batch, T query or target length, S key or source length, D model, H heads, Dh head, V vocabulary.
 * Optional arguments are null when absent; which ones are optional is said at each.
 *
 * @param <T> what stands for a tensor: an NDArray, a shape, a name in a generated program
 */
public interface TensorOps<T> {
    /**
     * Starts the check of a block's arguments; only interpreters that see shapes look at them.
     *
     * @param owner the type whose arguments are checked, as errors name it
     */
    ArgumentCheck<T> check(String owner);

    /**
     * {@code x W^T + b}.
     *
     * @param x (..., in)
     * @param weight (out, in)
     * @param bias (out), or null
     * @return (..., out)
     */
    T linear(T x, Parameter weight, Parameter bias);

    /**
     * Rows of a table.
     *
     * @param ids (B, T) INT64 or INT32, each in [0, V)
     * @param table (V, D)
     * @return (B, T, D)
     */
    T embedding(T ids, Parameter table);

    /**
     * Adds rows {@code [past, past + T)} of a position table, where past is the length already cached.
     *
     * @param x (B, T, D)
     * @param table (maximum length, D)
     * @param past the cache of the tokens before x, or null when x begins the sequence
     */
    T addPositions(T x, Parameter table, KeyValueCache<T> past);

    /**
     * Layer normalisation over the last axis, {@code gamma (x - mean) / sqrt(variance + epsilon) + beta} with the biased
     * variance (Ba et al. 2016, section 3).
     *
     * @param x (..., D)
     * @param gamma (D)
     * @param beta (D), or null
     */
    T layerNorm(T x, Parameter gamma, Parameter beta, float epsilon);

    /** Applies the function to each element. */
    T activate(T x, ActivationFunction function);

    /** Inverted dropout while training (each element is zeroed with probability rate), the identity otherwise. */
    T dropout(T x, float rate);

    /** The sum of two tensors of one shape. */
    T add(T a, T b);

    /** Every element times the factor. */
    T scale(T x, float factor);

    /** (B, T, H Dh) to (B, H, T, Dh). */
    T splitHeads(T x, int heads);

    /** (B, H, T, Dh) to (B, T, H Dh). */
    T mergeHeads(T x);

    /**
     * Prepares a mask once for all the layers that use it.
     *
     * @param keepMask (1|B, 1|H, 1|T, S) BOOLEAN, true where a query attends to a key; or null for no mask
     * @param like a tensor of the data type that the scores will have
     * @return the mask, or null if keepMask is null
     */
    AttentionMask<T> attentionMask(T keepMask, T like);

    /**
     * As {@link #attentionMask}, and query t sees keys 0..t only (top-left triangle).
     *
     * @param keepMask as there, or null
     * @param like (B, T, D): gives T and the data type
     */
    AttentionMask<T> causalMask(T keepMask, T like);

    /**
     * A mask given as additive scores.
     *
     * @param scoreBias (1|B, 1|H, 1|T, S), added to the scaled scores; rows must keep at least one finite score
     */
    default AttentionMask<T> scoreBiasMask(T scoreBias) {
        return new AttentionMask<>(scoreBias, null);
    }

    /**
     * {@code softmax(scale Q K^T + mask)} over the keys (Vaswani et al. 2017, equation 1); a query with nothing to attend to
     * gets a row of zeros. With fewer key heads than query heads, query head h uses key head {@code h / (H / Hkv)}.
     *
     * @param query (B, H, T, Dh)
     * @param key (B, H or Hkv, S, Dh)
     * @param mask or null
     * @return (B, H, T, S)
     */
    T attentionWeights(T query, T key, AttentionMask<T> mask, float scale);

    /**
     * {@code dropout(attentionWeights) V}.
     *
     * @param value (B, H or Hkv, S, Dv)
     * @return (B, H, T, Dv)
     */
    T attend(T query, T key, T value, AttentionMask<T> mask, float scale, float dropout);

    /**
     * Appends along time.
     *
     * @param past or null when nothing is cached
     * @param keys (B, H, T, Dh) of the new tokens
     * @param values the same shape
     */
    KeyValueCache<T> append(KeyValueCache<T> past, T keys, T values);

    /**
     * Rows of the batch, in the given order.
     *
     * @param x (B, ...)
     * @param rows (N) INT64
     * @return (N, ...)
     */
    T selectRows(T x, T rows);

    /** One token of each row: (B, T, D) to (B, D). */
    T token(T x, int index);
}
