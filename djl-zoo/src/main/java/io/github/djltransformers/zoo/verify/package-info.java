/** Compares a checkpoint, loaded by this library, with the numbers its reference implementation gave. */
package io.github.djltransformers.zoo.verify;
