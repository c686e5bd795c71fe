/** Parallel text: read, tokenized, cut into batches of like lengths, made into arrays. */
package io.github.djltransformers.text.data;
