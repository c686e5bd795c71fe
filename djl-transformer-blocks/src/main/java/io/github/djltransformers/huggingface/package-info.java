/**
 * Checkpoints in Hugging Face's form as this library's blocks: {@code config.json} to a block, and the names of its file's
 * tensors to those of the block's parameters. A family of models is one class in the package {@code family}.
 */
package io.github.djltransformers.huggingface;
