/** Normalisation of features. */
package io.github.djltransformers.norm;
