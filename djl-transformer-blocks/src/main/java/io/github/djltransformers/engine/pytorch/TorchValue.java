package io.github.djltransformers.engine.pytorch;

/**
 * A tensor in a generated program.
 *
 * @param name the variable that holds it
 * @param buffer the variable with the (B, H, capacity, Dh) buffer whose first {@code length} tokens it is, or null
 * @param heads H where it is known when the program is written, else 0
 * @param shared whether each row of it may stand for several rows, side by side, of what it is used with
 * @param single whether it holds one token of each row and has no axis for T: (B, D) where others are (B, T, D), which
 *     spares linear maps the way to two axes and back, and splitting heads a move. With heads it is (B, H, 1, Dh) still
 */
record TorchValue(String name, String buffer, int heads, boolean shared, boolean single) {
    static TorchValue of(String name) {
        return new TorchValue(name, null, 0, false, false);
    }

    /** Ids (B, 1) of one token of each row. */
    static TorchValue column(String name) {
        return new TorchValue(name, null, 0, false, true);
    }

    TorchValue withHeads(int count) {
        return new TorchValue(name, buffer, count, shared, single);
    }

    /** This value, of as many tokens as another. */
    TorchValue like(TorchValue other) {
        return new TorchValue(name, buffer, heads, shared, other.single);
    }
}
