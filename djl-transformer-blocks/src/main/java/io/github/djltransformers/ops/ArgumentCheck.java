package io.github.djltransformers.ops;

import ai.djl.ndarray.types.DataType;

/**
 * Checks the arguments of one block against each other.
 *
 * <p>A dimension is an {@link Integer} (exactly that), a name such as {@code "B"} (free at first sight, the same ever
 * after) or a name with a bar such as {@code "1|B"} (1, or what B is).
 */
public interface ArgumentCheck<T> {
    /**
     * Checks one argument.
     *
     * @param argument its name in the error
     * @param value the argument; null is accepted for optional ones and checks nothing
     * @param kind the data types allowed, or null for any
     * @param dimensions what each axis must be
     * @throws IllegalArgumentException naming the owner, the argument, the rule and what came
     */
    ArgumentCheck<T> expect(String argument, T value, Kind kind, Object... dimensions);

    /** Accepts every argument: for interpreters whose arguments were checked as shapes before. */
    static <T> ArgumentCheck<T> unchecked() {
        return new ArgumentCheck<>() {
            @Override
            public ArgumentCheck<T> expect(String argument, T value, Kind kind, Object... dimensions) {
                return this;
            }
        };
    }

    /** Groups of data types that arguments ask for. */
    enum Kind {
        FLOAT,
        INTEGER,
        BOOLEAN;

        boolean accepts(DataType type) {
            return switch (this) {
                case FLOAT -> type.isFloating();
                case INTEGER -> type == DataType.INT64 || type == DataType.INT32;
                case BOOLEAN -> type == DataType.BOOLEAN;
            };
        }

        String rule() {
            return this == INTEGER ? "INT64 or INT32" : this == FLOAT ? "of a floating type" : "BOOLEAN";
        }
    }
}
