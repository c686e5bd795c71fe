package io.github.djltransformers.zoo;

/** Checks of what an index says. */
final class Fields {
    private Fields() {}

    static void requireText(String type, String name, String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(type + ": " + name + " must be given, got " + value);
        }
    }
}
