/**
 * Compiled programs for DJL's PyTorch engine, written as TorchScript.
 *
 * <p>The only package that imports classes of that engine; nothing loads it where the engine is absent.
 */
package io.github.djltransformers.engine.pytorch;
