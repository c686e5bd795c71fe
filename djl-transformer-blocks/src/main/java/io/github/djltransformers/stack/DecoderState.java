package io.github.djltransformers.stack;

import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.KeyValueCache;
import io.github.djltransformers.ops.TensorOps;
import java.util.List;

/**
 * What decoding carries from token to token.
 *
 * @param past one cache a layer of the tokens so far, or null before the first
 * @param memory one cache a layer of the encoder's output, empty for a decoder-only model
 * @param memoryMask of the encoder's output, or null
 */
public record DecoderState<T>(List<KeyValueCache<T>> past, List<KeyValueCache<T>> memory, AttentionMask<T> memoryMask) {
    /** The state before the first token of a decoder-only model. */
    public static <T> DecoderState<T> empty() {
        return new DecoderState<>(null, List.of(), null);
    }

    /** The state after more tokens. */
    DecoderState<T> grown(List<KeyValueCache<T>> caches) {
        return new DecoderState<>(caches, memory, memoryMask);
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
        return new DecoderState<>(past == null ? null : select(ops, past, rows), select(ops, memory, rows), mask);
    }

    private static <T> List<KeyValueCache<T>> select(TensorOps<T> ops, List<KeyValueCache<T>> caches, T rows) {
        return caches.stream()
                .map(cache ->
                        new KeyValueCache<>(ops.selectRows(cache.keys(), rows), ops.selectRows(cache.values(), rows)))
                .toList();
    }
}
