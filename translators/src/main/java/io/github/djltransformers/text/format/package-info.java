/** The file {@code tokenizer.json}: its components, and the checks before native code sees it. */
package io.github.djltransformers.text.format;
