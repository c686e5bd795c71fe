package io.github.djltransformers.benchmark;

import java.util.Optional;

/** Work to be measured, ready to be done again and again. */
public interface Workload {
    /** What {@link #run} needs each time, untimed. */
    default void prepare() throws Exception {}

    /** Does it once and waits until the result is there, which on most devices comes later than the call returns. */
    void run() throws Exception;

    /** Why what {@link #run} has done is not what the variant says; empty where it is. */
    default Optional<String> refusal() {
        return Optional.empty();
    }
}
