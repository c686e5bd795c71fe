/** Norms, feed-forward, embeddings and the residual layers of encoder and decoder. */
package io.github.djltransformers.layer;
