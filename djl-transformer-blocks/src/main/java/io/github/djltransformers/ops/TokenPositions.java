package io.github.djltransformers.ops;

/**
 * Where the tokens of a batch stand.
 *
 * @param explicit (B, T) INT64, or null where every row's tokens follow each other without gap
 * @param past the cache of the tokens before, null where there are none: without explicit positions they stand behind it, and
 *     it tells how long the sequence is
 */
public record TokenPositions<T>(T explicit, KeyValueCache<T> past) {
    /** The positions from 0, or from the length of the past. */
    public static <T> TokenPositions<T> after(KeyValueCache<T> past) {
        return new TokenPositions<>(null, past);
    }

    /** Positions given one by one, after a past or null. */
    public static <T> TokenPositions<T> of(T explicit, KeyValueCache<T> past) {
        return new TokenPositions<>(explicit, past);
    }
}
