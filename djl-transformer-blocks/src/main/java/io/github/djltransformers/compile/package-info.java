/**
 * Compiled inference: a block's function becomes one program of the engine, called once instead of once an operation.
 *
 * <p>{@link io.github.djltransformers.compile.CompiledExecution} is what a model's block runs by; a
 * {@link io.github.djltransformers.compile.Compiler} for each engine is found by {@code META-INF/services}.
 */
package io.github.djltransformers.compile;
