/** What stands on a stack: pooled vectors, classes of sequences and tokens, words for masks. */
package io.github.djltransformers.head;
