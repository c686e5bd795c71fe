package io.github.djltransformers.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.function.Executable;

/** Asserts what callers are told about arguments that break a rule. */
public final class Rejections {
    private Rejections() {}

    /** The call must throw an IllegalArgumentException with exactly this message. */
    public static void requireRejected(String message, Executable call) {
        assertEquals(message, assertThrows(IllegalArgumentException.class, call).getMessage());
    }
}
