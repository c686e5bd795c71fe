package io.github.djltransformers.text.task;

/**
 * How a model takes rows of tokens.
 *
 * @param paddingId what fills rows up
 * @param startId what a decoder begins with, in models that have one
 * @param mixedLengths whether rows of different lengths may be read side by side: not where a head looks at the last token
 *     and no padding token tells which that is
 * @param batchTokens how many tokens, padding included, are read side by side
 */
record RowFormat(int paddingId, int startId, boolean mixedLengths, int batchTokens) {}
