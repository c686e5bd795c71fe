/**
 * Measures the same work on several engines, eager and compiled, in several precisions. A {@link
 * io.github.djltransformers.benchmark.BenchmarkCase} is some work, a {@link
 * io.github.djltransformers.benchmark.Variant} a way to do it; {@link
 * io.github.djltransformers.benchmark.Benchmark} measures all variants of a case in turn, so that what else a machine
 * does meets all of them alike.
 */
package io.github.djltransformers.benchmark;
