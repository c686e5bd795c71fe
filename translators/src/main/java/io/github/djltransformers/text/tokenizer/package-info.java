/** Subword tokenizers: trained in Java, written as {@code tokenizer.json}, read by Hugging Face's tokenizers. */
package io.github.djltransformers.text.tokenizer;
