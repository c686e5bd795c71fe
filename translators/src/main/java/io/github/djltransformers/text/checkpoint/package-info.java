/** The tokenizers of checkpoint directories: whatever files one has become one {@code tokenizer.json} in memory. */
package io.github.djltransformers.text.checkpoint;
