package io.github.djltransformers.testing;

/**
 * How long tests run that look for what piles up. They carry the tag {@code soak} and run in a short form, unless the
 * property {@code test.soak} is {@code full}.
 */
public final class Soak {
    /** The tag of these tests. */
    public static final String TAG = "soak";

    private static final int SHORTER = 20;

    private Soak() {}

    /** Whether they run in full. */
    static boolean isFull() {
        return System.getProperty("test.soak", "").equals("full");
    }

    /** So many rounds in full, the twentieth part of them in the short form. */
    public static int rounds(int full) {
        return isFull() ? full : Math.max(1, full / SHORTER);
    }
}
