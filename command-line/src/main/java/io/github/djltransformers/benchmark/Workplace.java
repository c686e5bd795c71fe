package io.github.djltransformers.benchmark;

/** What the variants of one case share on one engine, such as a model; opened before the first, closed after the last. */
public interface Workplace extends AutoCloseable {
    /**
     * @throws UnsupportedOperationException with the reason, if there is no such variant
     */
    Workload workload(Variant variant) throws Exception;

    @Override
    void close();
}
