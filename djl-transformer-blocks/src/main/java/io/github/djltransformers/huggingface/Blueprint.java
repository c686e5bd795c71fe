package io.github.djltransformers.huggingface;

import io.github.djltransformers.block.TransformerBlock;

/**
 * What a checkpoint's configuration says.
 *
 * @param block not initialised
 * @param names where its parameters are found
 */
public record Blueprint(TransformerBlock block, NameTable names) {}
