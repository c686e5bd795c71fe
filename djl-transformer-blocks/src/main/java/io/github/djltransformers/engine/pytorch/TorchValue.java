package io.github.djltransformers.engine.pytorch;

/**
 * A tensor in a generated program.
 *
 * @param name the variable that holds it
 * @param buffer the variable with the (B, H, capacity, Dh) buffer that it is the beginning of, or null
 * @param heads H where it is known when the program is written, else 0
 * @param shared whether each row of it may stand for several rows, side by side, of what it is used with
 */
record TorchValue(String name, String buffer, int heads, boolean shared) {
    static TorchValue of(String name) {
        return new TorchValue(name, null, 0, false);
    }

    TorchValue withHeads(int count) {
        return new TorchValue(name, buffer, count, shared);
    }
}
