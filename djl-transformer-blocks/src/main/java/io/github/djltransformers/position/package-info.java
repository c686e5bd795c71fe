/** Where a token stands: position tables added to embeddings. */
package io.github.djltransformers.position;
