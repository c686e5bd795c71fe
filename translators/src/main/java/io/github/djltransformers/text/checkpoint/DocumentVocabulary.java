package io.github.djltransformers.text.checkpoint;

import io.github.djltransformers.text.format.TokenizerFile;

/**
 * A tokenizer that one {@code tokenizer.json} says all of.
 *
 * @param file the content
 */
public record DocumentVocabulary(TokenizerFile file) implements Vocabulary {}
