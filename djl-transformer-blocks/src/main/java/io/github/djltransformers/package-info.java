/** Transformers for the Deep Java Library. */
package io.github.djltransformers;
