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
     * Adds to each token the row of a position table that its position, plus an offset, says.
     *
     * @param x (B, T, D)
     * @param table (maximum length, D)
     * @param positions where the tokens stand
     * @param offset added to each position, for tables whose first rows are of no token
     */
    T addPositions(T x, Parameter table, TokenPositions<T> positions, int offset);

    /**
     * Adds to each token the row of its type (segment embeddings, Devlin et al. 2019).
     *
     * @param x (B, T, D)
     * @param table (types, D)
     * @param types (B, T) INT64 or INT32; null where all are 0
     */
    T addTypes(T x, Parameter table, T types);

    /**
     * Positions that pass over what is masked: for the last T of S tokens, the number of kept tokens before it, at least 0.
     *
     * @param keep (B, 1, 1, S) BOOLEAN
     * @param ids (B, T), the last of the S tokens
     * @return (B, T) INT64
     */
    T countKept(T keep, T ids);

    /**
     * Where ids are not a certain one.
     *
     * @param ids (B, T)
     * @return (B, 1, 1, T) BOOLEAN
     */
    T differs(T ids, long id);

    /**
     * Where ids are a certain one: the negation of {@link #differs}.
     *
     * @param ids (B, T)
     * @return (B, 1, 1, T) BOOLEAN
     */
    T equalTo(T ids, long id);

    /**
     * The keep-mask of more tokens: the past's, and true for each new token.
     *
     * @param keep (B, 1, 1, S) BOOLEAN
     * @param ids (B, T), the new tokens
     * @return (B, 1, 1, S + T) BOOLEAN
     */
    T extendKept(T keep, T ids);

    /**
     * Sines and cosines of rotary positions (Su et al. 2021, equation 34): for position p the angles {@code p f_i} of the
     * frequencies that the configuration gives.
     *
     * @param x (B, T, D): gives T and the data type
     * @param positions where the tokens stand
     */
    RotaryAngles<T> rotaryAngles(T x, TokenPositions<T> positions, RotaryConfig rotary);

    /**
     * Turns the first R features of each head, paired as {@code (i, i + R/2)}, by the angles; the others stay.
     *
     * @param heads (B, H, T, Dh)
     * @param headSize Dh, at least R
     */
    T rotate(T heads, int headSize, RotaryAngles<T> angles);

    /**
     * Layer normalisation over the last axis, {@code gamma (x - mean) / sqrt(variance + epsilon) + beta} with the biased
     * variance (Ba et al. 2016, section 3).
     *
     * @param x (..., D)
     * @param gamma (D)
     * @param beta (D), or null
     */
    T layerNorm(T x, Parameter gamma, Parameter beta, float epsilon);

    /**
     * Root mean square normalisation over the last axis, {@code (offset + gamma) x / sqrt(mean(x^2) + epsilon)} (Zhang and
     * Sennrich 2019, equation 4).
     *
     * @param x (..., D)
     * @param gamma (D)
     * @param offset what the stored gamma is relative to: 0, or 1 where it starts at zero
     */
    T rmsNorm(T x, Parameter gamma, float offset, float epsilon);

    /** Applies the function to each element. */
    T activate(T x, ActivationFunction function);

    /** Inverted dropout while training (each element is zeroed with probability rate), the identity otherwise. */
    T dropout(T x, float rate);

    /** The sum of two tensors of one shape. */
    T add(T a, T b);

    /** The product of two tensors of one shape, element by element. */
    T multiply(T a, T b);

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
     * As {@link #attentionMask}, and each query sees only the keys that the span reaches from it. Queries are the last T of
     * the S tokens.
     *
     * @param keepMask (1|B, 1|H, 1|T, S) BOOLEAN or null
     * @param like (B, T, D): gives T and the data type
     * @param past the cache of the tokens before, which makes S larger than T; or null
     * @return the mask, or null if keepMask is null and the span hides nothing
     */
    AttentionMask<T> spanMask(T keepMask, T like, KeyValueCache<T> past, AttentionSpan span);

    /**
     * A mask whose scores also carry a bias.
     *
     * @param mask or null
     * @param bias (1|B, 1|H, 1|T, S), added to the scaled scores
     */
    AttentionMask<T> biased(AttentionMask<T> mask, T bias);

    /**
     * For each pair of a query and a key the row that a constant gives for their distance: {@code rows[clamp(j - i)]},
     * i and j being the places of query and key among the S tokens, of which queries are the last T.
     *
     * @param x (B, T, D): gives T
     * @param past the cache of the tokens before, which makes S larger than T; or null
     * @param rows (2 r + 1) whole numbers, those of the distances -r to r; what is farther counts as r
     * @return (T, S) INT64
     */
    T distances(T x, KeyValueCache<T> past, Parameter rows);

    /**
     * A score bias for each head, looked up by distance.
     *
     * @param rows (T, S), as {@link #distances} gives them
     * @param table (rows, H)
     * @return (1, H, T, S)
     */
    T relativeBias(T rows, Parameter table);

    /**
     * Picks from the last axis: {@code result[b, h, t, s] = x[b, h, t, columns[t, s]]}.
     *
     * @param x (B, H, T, W)
     * @param columns (T, S), as {@link #distances} gives them
     * @return (B, H, T, S)
     */
    T pick(T x, T columns);

    /**
     * {@code scale Q K^T} for keys that are the same in all rows of the batch.
     *
     * @param query (B, H, T, Dh)
     * @param key (1, H, S, Dh)
     * @return (B, H, T, S)
     */
    T similarity(T query, T key, float scale);

    /** (B, H, S, T) to (B, H, T, S). */
    T swapQueriesAndKeys(T x);

    /**
     * A parameter as a sequence of one batch.
     *
     * @param table (W, D)
     * @param like gives the device and the owner
     * @return (1, W, D)
     */
    T sequence(Parameter table, T like);

    /**
     * A mask given as additive scores.
     *
     * @param scoreBias (1|B, 1|H, 1|T, S), added to the scaled scores; rows must keep at least one finite score
     */
    default AttentionMask<T> scoreBiasMask(T scoreBias) {
        return new AttentionMask<>(scoreBias, null);
    }

    /**
     * {@code softmax(scale(Q K^T) + mask)} over the keys (Vaswani et al. 2017, equation 1); a query with nothing to attend to
     * gets a row of zeros. With fewer key heads than query heads, query head h uses key head {@code h / (H / Hkv)}.
     *
     * @param query (B, H, T, Dh)
     * @param key (B, H or Hkv, S, Dh)
     * @param mask or null
     * @param scale of the scores
     * @return (B, H, T, S)
     */
    T attentionWeights(T query, T key, AttentionMask<T> mask, ScoreScale scale);

    /**
     * {@code dropout(attentionWeights) V}.
     *
     * @param value (B, H or Hkv, S, Dv)
     * @return (B, H, T, Dv)
     */
    T attend(T query, T key, T value, AttentionMask<T> mask, ScoreScale scale, float dropout);

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

    /**
     * One vector of the kept tokens of each row.
     *
     * @param x (B, T, D)
     * @param keep (B, 1, 1, T) BOOLEAN
     * @return (B, D)
     */
    T pool(T x, T keep, TokenPool pool);

    /**
     * Zeros in place of tokens that are not kept.
     *
     * @param x (B, T, D)
     * @param keep (B, 1, 1, T) BOOLEAN
     */
    T zeroUnkept(T x, T keep);

    /** One feature of each token: (B, T, C) to (B, T). */
    T feature(T x, int index);

    /**
     * Tells an interpreter that watches a computation what a layer gave; for all others this is x.
     *
     * @param x (B, T, D), what enters a stack or leaves a layer of it
     */
    default T layerOutput(T x) {
        return x;
    }
}
