/** Benchmarks under JMH. */
package io.github.djltransformers.benchmark;
