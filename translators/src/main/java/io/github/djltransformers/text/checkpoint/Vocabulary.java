package io.github.djltransformers.text.checkpoint;

/** What cuts texts into tokens. */
public sealed interface Vocabulary permits DocumentVocabulary, PieceVocabulary {}
