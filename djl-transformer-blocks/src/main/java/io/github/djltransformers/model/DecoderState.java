package io.github.djltransformers.model;

import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.TensorOps;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * What decoding carries from token to token.
 *
 * @param past one cache a layer of the tokens so far, or null before the first
 * @param keep (B, 1, 1, S) BOOLEAN, false at padding among the tokens so far, or, before the first, among the tokens that
 *     are read next; null where nothing is padded
 * @param positions (B, T) INT64 of the tokens that are read next, where the past has forgotten some and cannot tell; else null
 * @param memory one cache a layer of the encoder's output, empty for a decoder-only model
 * @param memoryMask of the encoder's output, or null
 */
public record DecoderState<T>(
        List<KeyValueCache<T>> past, T keep, T positions, List<KeyValueCache<T>> memory, AttentionMask<T> memoryMask) {
    /** The state before the first token of a decoder-only model. */
    public static <T> DecoderState<T> empty() {
        return beginning(null);
    }

    /**
     * The state before the first token of a decoder-only model, for sequences of different lengths.
     *
     * @param keep (B, 1, 1, T) of the tokens that are read next, or null
     */
    public static <T> DecoderState<T> beginning(T keep) {
        return new DecoderState<>(null, keep, null, List.of(), null);
    }

    /** This state with a mask of the tokens that are read first. */
    public DecoderState<T> withKeep(T first) {
        return new DecoderState<>(past, first, positions, memory, memoryMask);
    }

    /** This state with the positions of the tokens that are read next. */
    public DecoderState<T> at(T next) {
        return new DecoderState<>(past, keep, next, memory, memoryMask);
    }

    /** The mask over the tokens so far and new ones, or null. */
    T keepWith(TensorOps<T> ops, T ids) {
        return keep == null || past == null ? keep : ops.extendKept(keep, ids);
    }

    KeyValueCache<T> firstPast() {
        return past == null ? null : past.get(0);
    }

    /** The state after more tokens. */
    DecoderState<T> grown(List<KeyValueCache<T>> caches, T grownKeep) {
        return new DecoderState<>(caches, grownKeep, null, memory, memoryMask);
    }

    /** This state with another tensor for each. */
    public DecoderState<T> map(UnaryOperator<T> function) {
        return new DecoderState<>(
                past == null ? null : map(past, function),
                keep == null ? null : function.apply(keep),
                positions == null ? null : function.apply(positions),
                map(memory, function),
                memoryMask == null
                        ? null
                        : new AttentionMask<>(
                                function.apply(memoryMask.scoreBias()),
                                memoryMask.attendable() == null ? null : function.apply(memoryMask.attendable())));
    }

    private static <T> List<KeyValueCache<T>> map(List<KeyValueCache<T>> caches, UnaryOperator<T> function) {
        return caches.stream()
                .map(cache -> new KeyValueCache<>(function.apply(cache.keys()), function.apply(cache.values())))
                .toList();
    }

    /**
     * The state of some rows of the batch, in the given order; a row may come twice.
     *
     * @param rows (N) INT64
     */
    public DecoderState<T> select(TensorOps<T> ops, T rows) {
        AttentionMask<T> mask = memoryMask == null
                ? null
                : new AttentionMask<>(
                        ops.selectRows(memoryMask.scoreBias(), rows),
                        memoryMask.attendable() == null ? null : ops.selectRows(memoryMask.attendable(), rows));
        return new DecoderState<>(
                past == null ? null : select(ops, past, rows),
                keep == null ? null : ops.selectRows(keep, rows),
                positions == null ? null : ops.selectRows(positions, rows),
                select(ops, memory, rows),
                mask);
    }

    private static <T> List<KeyValueCache<T>> select(TensorOps<T> ops, List<KeyValueCache<T>> caches, T rows) {
        return caches.stream()
                .map(cache ->
                        new KeyValueCache<>(ops.selectRows(cache.keys(), rows), ops.selectRows(cache.values(), rows)))
                .toList();
    }
}
