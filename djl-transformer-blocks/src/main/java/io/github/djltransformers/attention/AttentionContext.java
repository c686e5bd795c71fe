package io.github.djltransformers.attention;

import io.github.djltransformers.ops.AttentionMask;
import io.github.djltransformers.ops.RotaryAngles;
import io.github.djltransformers.position.RelativePositions;

/**
 * What an attention needs to know of the places of queries and keys.
 *
 * @param mask or null
 * @param angles of the queries, and of the keys that are new; null without rotary positions
 * @param relative null without disentangled attention
 */
public record AttentionContext<T>(AttentionMask<T> mask, RotaryAngles<T> angles, RelativePositions<T> relative) {
    /** A mask alone. */
    public static <T> AttentionContext<T> of(AttentionMask<T> mask) {
        return new AttentionContext<>(mask, null, null);
    }
}
