package io.github.djltransformers.position;

import java.util.Map;

/**
 * The absolute positions of a model.
 *
 * @param kind how they are given
 * @param length the longest sequence
 * @param offset of the row of the first token in the table, where the first rows are of no token
 * @param numbering what counts as a position
 * @param paddingId the padding token, where the numbering or the table asks for it; else -1
 */
public record PositionConfig(PositionKind kind, int length, int offset, PositionNumbering numbering, int paddingId) {
    /** What components are whose keys a file may leave out. */
    static final Map<String, Object> DEFAULTS =
            Map.of("offset", 0, "numbering", PositionNumbering.PLACE, "paddingId", -1);

    public PositionConfig {
        if (kind == null || numbering == null) {
            throw new IllegalArgumentException(
                    "PositionConfig: kind and numbering must be given, got " + kind + " and " + numbering);
        }
        if (length < 1 || offset < 0) {
            throw new IllegalArgumentException(
                    "PositionConfig: length must be positive and offset at least 0, got " + length + " and " + offset);
        }
        if (paddingId < 0 && numbering == PositionNumbering.NOT_PADDING) {
            throw new IllegalArgumentException(
                    "PositionConfig: paddingId must be at least 0 to number by it, got " + paddingId);
        }
    }

    /** Tokens numbered by their place, the first at row 0. */
    public static PositionConfig of(PositionKind kind, int length) {
        return new PositionConfig(kind, length, 0, PositionNumbering.PLACE, -1);
    }
}
