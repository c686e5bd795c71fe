package io.github.djltransformers.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.List;

/**
 * What a long run holds outside the Java heap, looked at again and again.
 *
 * <p>The JVM's compilers borrow some 10 MB at a time from the same C library, and give back what they have kept for long, so
 * that no two looks can be compared: what leaks raises both the least and the middle of the looks of one half of the run
 * above those of the other half.
 */
public final class MemoryTrace {
    private static final long SLACK = 8L << 20;
    private static final int FEWEST = 8;

    private final NDManager manager;
    private final List<Integer> arrays = new ArrayList<>();
    private final List<Long> bytes = new ArrayList<>();

    /**
     * @param manager any manager of the engine
     */
    public MemoryTrace(NDManager manager) {
        this.manager = manager;
    }

    public void look() {
        arrays.add(NativeMemory.arraysOfTheProcess(manager));
        bytes.add(NativeMemory.allocated());
    }

    /**
     * Fails where more is held in the second half than in the first, the first quarter left out as warm-up: arrays of the
     * engine, and in tests that run in full also bytes.
     */
    public void assertFlat() {
        assertTrue(arrays.size() >= FEWEST, "looks must be at least " + FEWEST + ", got " + arrays.size());
        assertEquals(least(firstHalf(arrays)), least(secondHalf(arrays)), "arrays at each look " + arrays);
        if (!Soak.isFull()) {
            return; // the JVM's own warming up takes more than so few rounds could leak
        }
        long grown = Math.min(
                least(secondHalf(bytes)) - least(firstHalf(bytes)),
                middle(secondHalf(bytes)) - middle(firstHalf(bytes)));
        assertTrue(grown < SLACK, "bytes grown by " + grown + ", at each look " + bytes);
    }

    private static <N extends Number> List<N> firstHalf(List<N> looks) {
        return looks.subList(looks.size() / 4, looks.size() * 5 / 8);
    }

    private static <N extends Number> List<N> secondHalf(List<N> looks) {
        return looks.subList(looks.size() * 5 / 8, looks.size());
    }

    private static long middle(List<Long> looks) {
        return looks.stream().sorted().toList().get(looks.size() / 2);
    }

    private static long least(List<? extends Number> looks) {
        return looks.stream().mapToLong(Number::longValue).min().orElseThrow();
    }
}
