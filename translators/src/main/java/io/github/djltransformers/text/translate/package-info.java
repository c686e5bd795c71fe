/** Text in, text out: a DJL Translator and its factory for encoder-decoder models. */
package io.github.djltransformers.text.translate;
