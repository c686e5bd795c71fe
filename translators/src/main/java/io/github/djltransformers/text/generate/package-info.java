/** Texts that a model writes: whole, and piece by piece as they come. */
package io.github.djltransformers.text.generate;
