package io.github.djltransformers.benchmark;

import ai.djl.ndarray.NDManager;
import io.github.djltransformers.compile.Precision;
import java.util.List;

/** Some work that several variants do. */
public interface BenchmarkCase {
    /** Lower case, beginning with the name of its kind and a hyphen. */
    String name();

    /** How much one run does. */
    Work work();

    /**
     * The variants on one engine, the slow reference first.
     *
     * @param precisions of compiled programs
     */
    List<Variant> variants(String engine, List<Precision> precisions);

    /**
     * @param manager of the engine, on the device to measure; the parent of all that is allocated
     */
    Workplace open(NDManager manager) throws Exception;
}
