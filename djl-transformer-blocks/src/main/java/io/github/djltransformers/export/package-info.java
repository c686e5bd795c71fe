/** Blocks as files of an engine, which it opens without this library. */
package io.github.djltransformers.export;
